package io.canarygateway.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.canarygateway.launcher.ModulePicture.Dependency;
import io.canarygateway.launcher.ModulePicture.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The picture of modules in {@code verticles/README.md} is true of the classes and the poms. */
@AnalyzeClasses(
    packages = "io.canarygateway",
    importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.NoFixtures.class})
class ModulePictureTest {

  static Stream<Module> modules() throws IOException {
    return ModulePicture.read().modules().values().stream();
  }

  @ArchTest
  static void theTableNamesEveryPackage(JavaClasses classes) throws IOException {
    Set<String> found = classes.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(found).containsExactlyInAnyOrderElementsOf(ModulePicture.read().packages());
  }

  @ArchTest
  static void classesUseOnlyWhatTheirRowAllows(JavaClasses classes) throws IOException {
    ModulePicture picture = ModulePicture.read();
    assertThat(picture.modules()).hasSizeGreaterThan(1);
    for (Module module : picture.modules().values()) {
      noClasses()
          .that(areIn(module.packages()))
          .should()
          .dependOnClassesThat(areOfTheGatewayBut(picture.visibleFrom(module)))
          .check(classes);
    }
  }

  @Test
  void theDocumentNamesEveryModule() throws IOException {
    String document = Files.readString(ModulePicture.ROOT.resolve("verticles/README.md"));
    for (String parent : Set.of("shared-codec", "verticles")) {
      try (Stream<Path> folders = Files.list(ModulePicture.ROOT.resolve(parent))) {
        assertThat(folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))))
            .allSatisfy(
                folder ->
                    assertThat(document).contains("`" + parent + "/" + folder.getFileName() + "`"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aPomDeclaresTheModulesOfItsRow(Module module) throws Exception {
    assertThat(ModulePicture.declaredBy(module).stream().filter(Dependency::own))
        .extracting(Dependency::artifact)
        .containsExactlyInAnyOrderElementsOf(module.uses());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aPomOfTheContractDeclaresTheLibrariesOfItsRow(Module module) throws Exception {
    if (module.isLibrary()) {
      assertThat(ModulePicture.declaredBy(module).stream().filter(each -> !each.own()))
          .extracting(Dependency::artifact)
          .containsExactlyInAnyOrderElementsOf(module.libraries());
    }
  }

  private static DescribedPredicate<JavaClass> areIn(Set<String> packages) {
    return describe("are in " + packages, each -> packages.contains(each.getPackageName()));
  }

  private static DescribedPredicate<JavaClass> areOfTheGatewayBut(Set<String> visible) {
    return describe(
        "are of the gateway, but not in " + visible,
        each ->
            each.getPackageName().startsWith("io.canarygateway")
                && !visible.contains(each.getPackageName()));
  }
}
