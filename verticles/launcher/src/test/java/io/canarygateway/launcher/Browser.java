package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.canarygateway.fixtures.Installed;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a window. Nothing is downloaded for it. */
final class Browser implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int MOST_TABS = 400;

  private final ChromeDriver driver;

  Browser() {
    String binary = Installed.command("chromium", "chromium");
    String chromedriver = Installed.command("chromedriver", "chromium-driver");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(binary);
    // Containers run tests as root, and give Chromium little shared memory.
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(chromedriver))
                .usingAnyFreePort()
                .build(),
            options);
    size(1400, 1000);
  }

  /** Opens a page in a tab that keeps nothing of earlier pages, and waits until it is live. */
  void open(String uri) {
    driver.get(uri);
    driver.executeScript("sessionStorage.clear()");
    driver.get(uri);
    awaitText("liveness", "● live");
  }

  void size(int width, int height) {
    cdp(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  void prefer(String scheme) {
    cdp(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  private void cdp(String command, Map<String, Object> parameters) {
    driver.executeCdpCommand(command, parameters);
  }

  Object script(String script) {
    return driver.executeScript(script);
  }

  String text(String id) {
    return String.valueOf(
        script("return document.getElementById('" + id + "')?.textContent.trim()"));
  }

  void awaitText(String id, String part) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsInstanceOf(WebDriverException.class) // A page that is just being left.
        .untilAsserted(() -> assertThat(text(id)).contains(part));
  }

  /** The page may replace an element between the moments at which it is found and clicked. */
  void click(String id) {
    await()
        .atMost(SOON)
        .ignoreException(StaleElementReferenceException.class)
        .untilAsserted(() -> driver.findElement(By.id(id)).click());
  }

  void type(String id, String text) {
    WebElement field = driver.findElement(By.id(id));
    field.clear();
    field.sendKeys(text + Keys.ENTER);
  }

  /** Presses keys wherever the focus is. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Moves the focus by the tabulator until it is on an element. */
  void tabTo(String id) {
    for (int i = 0; i < MOST_TABS; i++) {
      press(Keys.TAB);
      if (id.equals(script("return document.activeElement.id"))) {
        return;
      }
    }
    throw new AssertionError(id + " cannot be reached by the keyboard");
  }

  /** What the console says since the last call. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The URLs of all requests since the last call. */
  List<String> requests() {
    return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
        .map(entry -> new JsonObject(entry.getMessage()).getJsonObject("message"))
        .filter(message -> message.getString("method").equals("Network.requestWillBeSent"))
        .map(message -> message.getJsonObject("params").getJsonObject("request").getString("url"))
        .toList();
  }

  /** Keeps a picture of what is seen, for people. */
  void picture(String name) throws Exception {
    Path folder = Files.createDirectories(Path.of("target", "page"));
    Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
