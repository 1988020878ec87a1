package io.canarygateway.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.canarygateway.extension.Extension;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rules of the architecture beyond the picture of modules, which {@link ModulePictureTest} checks.
 */
@AnalyzeClasses(
    packages = "io.canarygateway",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoFixtures.class})
class ArchitectureTest {

  /** Leaves out the test fixtures, which are never shipped. */
  static final class NoFixtures implements ImportOption {

    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-fixtures");
    }
  }

  private static final String[] VERTICLES = {
    "io.canarygateway.breaker..",
    "io.canarygateway.release..",
    "io.canarygateway.proxy..",
    "io.canarygateway.sidecar..",
    "io.canarygateway.tracing..",
    "io.canarygateway.interceptor..",
    "io.canarygateway.flagwatcher..",
    "io.canarygateway.metrics..",
    "io.canarygateway.daemon.."
  };

  @ArchTest
  static final ArchRule verticlesDoNotKnowEachOther =
      slices()
          .matching(
              "io.canarygateway.(breaker|release|proxy|sidecar|tracing|interceptor|flagwatcher|metrics|daemon)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule nobodyKnowsTheLauncher =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.canarygateway.launcher..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.canarygateway.launcher..");

  @ArchTest
  static final ArchRule theContractKnowsNoVerticle =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.canarygateway.flags..",
              "io.canarygateway.config..",
              "io.canarygateway.snapshot..",
              "io.canarygateway.decision..",
              "io.canarygateway.route..",
              "io.canarygateway.judge..",
              "io.canarygateway.message..",
              "io.canarygateway.extension..",
              "io.canarygateway.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(VERTICLES);

  @ArchTest
  static final ArchRule decisionsFlagsAndConfigAreFreeOfVertx =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.canarygateway.decision..",
              "io.canarygateway.route..",
              "io.canarygateway.judge..",
              "io.canarygateway.flags..",
              "io.canarygateway.config..",
              "io.canarygateway.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..");

  /** Each class of the request path is one slice, together with its nested classes. */
  private static final SliceAssignment CLASSES_OF_THE_REQUEST_PATH =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
          String name = javaClass.getPackageName();
          return name.equals("io.canarygateway.http")
                  || name.equals("io.canarygateway.breaker")
                  || name.equals("io.canarygateway.release")
                  || name.equals("io.canarygateway.proxy")
                  || name.equals("io.canarygateway.sidecar")
              ? SliceIdentifier.of(outermost(javaClass).getName())
              : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
          return "classes of the request path";
        }
      };

  private static JavaClass outermost(JavaClass javaClass) {
    JavaClass outer = javaClass;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  @ArchTest
  static final ArchRule theRequestPathHasNoCycles =
      slices().assignedFrom(CLASSES_OF_THE_REQUEST_PATH).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule httpKnowsNothingOfTheGateway =
      noClasses()
          .that()
          .resideInAPackage("io.canarygateway.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.canarygateway.config..",
              "io.canarygateway.decision..",
              "io.canarygateway.route..",
              "io.canarygateway.judge..",
              "io.canarygateway.message..",
              "io.vertx..");

  @ArchTest
  static final ArchRule nothingOfVertxsInsides =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..");

  @ArchTest
  static final ArchRule onlyTheTransportsUseTheTransportSpi =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.canarygateway.launcher.GatewayTransport")
          .and()
          .doNotHaveFullyQualifiedName("io.canarygateway.cluster.BusTransport")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.core.spi.transport..");

  @ArchTest
  static final ArchRule nothingBlocksAnEventLoop =
      noClasses()
          .that()
          .resideInAnyPackage(VERTICLES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent.locks..")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.concurrent.BlockingQueue.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Object.class, "wait");

  @ArchTest
  static final ArchRule aVerticleModuleShowsItsVerticleAndItsConfig =
      classes()
          .that()
          .resideInAnyPackage(VERTICLES)
          .and()
          .arePublic()
          .should()
          .beAssignableTo(VerticleBase.class)
          .orShould()
          .haveSimpleNameEndingWith("Config")
          .orShould() // ServiceLoader makes these.
          .beAssignableTo(Extension.class)
          .orShould() // The command "judge" of the launcher computes receipts anew.
          .haveNameMatching("io\\.canarygateway\\.release\\.Receipt(s|Check)?(\\$.*)?");

  /** Small files are easier to read during an incident. */
  @ParameterizedTest
  @ValueSource(strings = {"http", "breaker", "release", "proxy", "sidecar-client"})
  void noFileOfTheRequestPathIsLong(String module) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(250);
      }
    }
  }
}
