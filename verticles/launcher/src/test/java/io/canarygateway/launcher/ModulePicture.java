package io.canarygateway.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * The table of modules in {@code verticles/README.md}: which packages a module has, and which other
 * modules and libraries it may use. The document is the rule; tests compare the code with it.
 *
 * @param modules by artifact id, in the order of the table
 */
record ModulePicture(Map<String, Module> modules) {

  static final Path ROOT = Path.of("..", "..");

  private static final Path DOCUMENT = ROOT.resolve("verticles").resolve("README.md");
  private static final String OWN_GROUP = "io.canarygateway";
  private static final String OWN_PACKAGES = OWN_GROUP + ".";
  private static final String EVERYTHING = "all of the above";
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /**
   * One row.
   *
   * @param folder where the module is, from the root
   * @param packages its packages, in full
   * @param uses artifact ids of the modules that it may use
   * @param libraries artifact ids of the libraries that it may use; empty where the table names
   *     them only roughly
   */
  record Module(String folder, Set<String> packages, Set<String> uses, Set<String> libraries) {

    /** The artifact id. */
    String name() {
      return folder.substring(folder.indexOf('/') + 1);
    }

    /** Whether the table names each library. */
    boolean isLibrary() {
      return folder.startsWith("shared-codec/");
    }
  }

  /** A dependency in a {@code pom.xml}, without those of tests. */
  record Dependency(String group, String artifact) {

    boolean own() {
      return group.equals(OWN_GROUP);
    }
  }

  /** Reads the table. */
  static ModulePicture read() throws IOException {
    Map<String, Module> modules = new LinkedHashMap<>();
    for (String line : Files.readAllLines(DOCUMENT)) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 6 && cells[1].strip().matches("`(shared-codec|verticles)/[a-z-]+`")) {
        Module module =
            new Module(
                quoted(cells[1]).iterator().next(),
                prefixed(quoted(cells[2])),
                cells[3].strip().equals(EVERYTHING)
                    ? new LinkedHashSet<>(modules.keySet())
                    : quoted(cells[3]),
                quoted(cells[4]));
        modules.put(module.name(), module);
      }
    }
    return new ModulePicture(modules);
  }

  private static Set<String> quoted(String cell) {
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = QUOTED.matcher(cell);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static Set<String> prefixed(Set<String> names) {
    Set<String> full = new LinkedHashSet<>();
    names.forEach(name -> full.add(OWN_PACKAGES + name));
    return full;
  }

  /** The packages whose classes a module's classes may use: its own, and those of its row. */
  Set<String> visibleFrom(Module module) {
    Set<String> visible = new LinkedHashSet<>(module.packages());
    module.uses().forEach(used -> visible.addAll(modules.get(used).packages()));
    return visible;
  }

  /** Every package in the table. */
  Set<String> packages() {
    Set<String> all = new LinkedHashSet<>();
    modules.values().forEach(module -> all.addAll(module.packages()));
    return all;
  }

  /** What a module's {@code pom.xml} declares, apart from what only its tests need. */
  static List<Dependency> declaredBy(Module module) throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(ROOT.resolve(module.folder()).resolve("pom.xml").toFile());
    List<Dependency> declared = new ArrayList<>();
    NodeList sections = pom.getDocumentElement().getChildNodes();
    for (int i = 0; i < sections.getLength(); i++) {
      if (sections.item(i).getNodeName().equals("dependencies")) {
        NodeList entries = sections.item(i).getChildNodes();
        for (int j = 0; j < entries.getLength(); j++) {
          if (entries.item(j) instanceof Element entry
              && !Set.of("test", "provided").contains(text(entry, "scope"))) {
            declared.add(new Dependency(text(entry, "groupId"), text(entry, "artifactId")));
          }
        }
      }
    }
    return declared;
  }

  private static String text(Element entry, String name) {
    Node found = entry.getElementsByTagName(name).item(0);
    return found == null ? "" : found.getTextContent().strip();
  }
}
