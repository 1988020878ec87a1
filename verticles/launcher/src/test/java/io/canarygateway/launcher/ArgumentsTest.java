package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.canarygateway.launcher.Arguments.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line: Vert.x's spellings, canary-router's, and what nobody knows. */
class ArgumentsTest {

  private static Arguments of(String line) throws UsageException {
    return Arguments.of(line.isEmpty() ? new String[0] : line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-conf a.json",
        "--conf a.json",
        "-c a.json",
        "-config a.json",
        "--config a.json",
        "--config=a.json",
        "-c=a.json",
        "-CONF a.json"
      })
  void aConfigurationHasTheSpellingsOfVertxAndOfCanaryRouter(String line) throws Exception {
    Arguments arguments = of(line);
    assertThat(arguments.configuration()).contains("a.json");
    assertThat(arguments.command()).isEqualTo(Command.RUN);
    assertThat(arguments.clustered()).isFalse();
    assertThat(arguments.forVertx()).isEmpty();
  }

  @Test
  void noArgumentsAreTheDemo() throws Exception {
    assertThat(of("").configuration()).isEmpty();
    assertThat(of("").command()).isEqualTo(Command.RUN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-cluster", "--cluster"})
  void aClusterIsNotAConfiguration(String option) throws Exception {
    assertThat(of(option + " -c a.json").clustered()).isTrue();
    assertThat(of(option + " -c a.json").configuration()).contains("a.json");
  }

  @ParameterizedTest
  @CsvSource({
    "--version, VERSION",
    "-version, VERSION",
    "--help, HELP",
    "-help, HELP",
    "-h, HELP",
    "--check -conf a.json, CHECK",
    "-c a.json --check, CHECK",
    "--check --help -conf a.json, HELP",
    "--schema, SCHEMA",
    "-schema, SCHEMA",
    "judge receipt.json, JUDGE",
    "judge -, JUDGE",
    "judge --help, HELP",
    "rehearse -conf a.json, RUN",
    "rehearse --check -conf a.json, CHECK",
    "rehearse --help, HELP"
  })
  void aCommandIsAnOption(String line, Command command) throws Exception {
    assertThat(of(line).command()).isEqualTo(command);
  }

  @Test
  void onlyTheFirstArgumentIsACommand() throws Exception {
    assertThat(of("judge receipt.json").receipt()).contains("receipt.json");
    assertThat(of("rehearse -c a.json").rehearsal()).isTrue();
    assertThat(of("rehearse -c a.json").configuration()).contains("a.json");
    assertThat(of("-c a.json").rehearsal()).isFalse();
  }

  @Test
  void optionsOfVertxArePassedOn() throws Exception {
    Arguments arguments =
        of(
            "--cluster-host 127.0.0.1 -cluster-port 7000 -cluster-public-host h"
                + " -cluster-public-port 1 --options {\"eventLoopPoolSize\":1} -instances 1"
                + " -deployment-options {} -w -vt -conf a.json");
    assertThat(arguments.forVertx())
        .containsExactlyInAnyOrder(
            "-cluster-host",
            "127.0.0.1",
            "-cluster-port",
            "7000",
            "-cluster-public-host",
            "h",
            "-cluster-public-port",
            "1",
            "-options",
            "{\"eventLoopPoolSize\":1}",
            "-instances",
            "1",
            "-deployment-options",
            "{}",
            "-w",
            "-vt");
    int host = arguments.forVertx().indexOf("-cluster-host");
    assertThat(arguments.forVertx().get(host + 1)).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json|unknown argument \"config.json\"; a configuration needs -conf before it",
        "run -c a.json|unknown argument \"run\"",
        "--chek -c a.json|unknown option \"--chek\"",
        "-ca.json|unknown option \"-ca.json\"",
        "-Dkey=value|unknown option \"-Dkey=value\"",
        "-c|-conf needs a value",
        "--config|-conf needs a value",
        "-conf --check|-conf needs a value",
        "-conf a.json -c b.json|-conf is given twice",
        "--check|--check needs a configuration",
        "--cluster=5|-cluster takes no value",
        "judge|judge needs one file of receipts, or - for stdin",
        "judge a.json b.json|judge needs one file of receipts",
        "judge -conf a.json|judge needs one file of receipts",
        "judge --verbose|judge needs one file of receipts",
        "-conf a.json judge|unknown argument \"judge\"",
        "rehearse|rehearse needs a configuration: rehearse -conf FILE",
        "rehearse a.json|unknown argument \"a.json\"",
        "-instances 2|-instances \"2\": one gateway runs in a process"
      })
  void anArgumentThatIsNotUnderstoodIsOneLine(String line, String message) {
    assertThatThrownBy(() -> of(line))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith(message)
        .hasMessageEndingWith("(--help lists the options)")
        .hasMessageNotContaining("\n");
  }
}
