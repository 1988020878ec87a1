'use strict';
// The plots of the opened route. Without scripts the page shows its own lines instead.
(() => {
  const box = document.getElementById('plots');
  if (!box || typeof Chart === 'undefined') {
    return;
  }
  const WINDOW_S = 900;
  const GAP_S = 60;
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dark = matchMedia('(prefers-color-scheme: dark)');

  // What is drawn of a step of the series; null where there is nothing to draw.
  const kinds = {
    requests: [{of: (point, step) => point.requests / step}],
    errors: [{of: point => point.requests ? 100 * point.errors / point.requests : null}],
    times: [{of: point => point.p99_ms}, {of: point => point.p50_ms, thin: true}],
  };

  function lines(kind) {
    return ['main', 'canary'].flatMap(target => kinds[kind].map(line => ({
      label: target + (kind === 'times' ? (line.thin ? ' p50' : ' p99') : ''),
      data: [], target, line, parsing: false, pointRadius: 0, spanGaps: GAP_S,
      borderWidth: line.thin ? 1 : 2, borderDash: target === 'canary' ? [5, 3] : [],
    })));
  }

  function options() {
    const ink = style('--dim'), grid = style('--line');
    return {
      animation: false, maintainAspectRatio: false, interaction: {mode: 'nearest', axis: 'x', intersect: false},
      plugins: {legend: {display: false}, tooltip: {callbacks: {title: items => Math.round(-items[0].parsed.x) + ' s ago'}}},
      scales: {
        x: {type: 'linear', min: -WINDOW_S, max: 0, grid: {color: grid}, ticks: {color: ink, stepSize: 300, callback: x => x === 0 ? 'now' : x / 60 + ' min'}},
        y: {beginAtZero: true, suggestedMax: 1, grid: {color: grid}, ticks: {color: ink, maxTicksLimit: 5}},
      },
    };
  }

  const charts = [...box.querySelectorAll('.plot')].map(plot => {
    const canvas = plot.querySelector('canvas');
    plot.querySelector('svg').remove();
    canvas.hidden = false;
    return new Chart(canvas, {type: 'line', data: {datasets: lines(plot.dataset.plot)}, options: options()});
  });

  function colour() {
    for (const chart of charts) {
      chart.options = options();
      chart.data.datasets.forEach(set => {
        set.borderColor = style('--' + set.target);
        set.backgroundColor = set.borderColor;
      });
      chart.update();
    }
  }

  async function load() {
    const response = await fetch('/api/v1/routes/' + encodeURIComponent(box.dataset.route) + '/series', {cache: 'no-store'});
    if (!response.ok) {
      return;
    }
    const series = await response.json();
    const now = Date.now();
    for (const chart of charts) {
      chart.data.datasets.forEach(set => {
        set.data = series[set.target].map(point => ({
          x: (Date.parse(point.time) - now) / 1000, y: set.line.of(point, series.step_seconds)}));
      });
      chart.update();
    }
    box.dataset.points = series.main.length;
  }

  const safely = () => { load().catch(() => {}); }; // The page says itself that it is not live.
  dark.addEventListener('change', colour);
  colour();
  safely();
  document.getElementById('now').addEventListener('sse:tick', safely);
})();
