package io.canarygateway.metrics;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import io.pebbletemplates.pebble.template.PebbleTemplate;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The templates of the page, compiled once. All values are escaped. Safe for use by any thread. */
final class PageTemplates {

  /** What can be rendered. */
  enum Name {
    /** The whole page. */
    PAGE("page"),
    /** The kill switch, the routes and the opened route, as htmx swaps them. */
    NOW("now"),
    /** Nodes, sources, refused values and the health of components. */
    SYSTEM("system"),
    /** The last changes. */
    JOURNAL("journal"),
    /** The list of flags. */
    FLAGS("flags"),
    /** The opened flag. */
    FLAG("flag"),
    /** The page of a node that has no settings yet. */
    EMPTY("empty");

    private final String file;

    Name(String file) {
      this.file = file;
    }

    /** The name of the file, and of the part of the page. */
    String file() {
      return file;
    }
  }

  private static final int EXPECTED_CHARS = 1 << 16;

  private final Map<Name, PebbleTemplate> templates = new EnumMap<>(Name.class);

  /** Compiles all templates. Blocks. */
  PageTemplates() {
    ClasspathLoader loader = new ClasspathLoader(PageTemplates.class.getClassLoader());
    loader.setPrefix("io/canarygateway/metrics/page");
    loader.setSuffix(".html");
    PebbleEngine engine =
        new PebbleEngine.Builder()
            .loader(loader)
            .autoEscaping(true)
            .strictVariables(true)
            .cacheActive(true)
            .build();
    for (Name name : Name.values()) {
      templates.put(name, engine.getTemplate(name.file));
    }
  }

  /** Renders a template. Takes milliseconds, so on workers only. */
  String render(Name name, Map<String, Object> model) {
    StringWriter page = new StringWriter(EXPECTED_CHARS);
    try {
      Objects.requireNonNull(templates.get(name)).evaluate(page, model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return page.toString();
  }
}
