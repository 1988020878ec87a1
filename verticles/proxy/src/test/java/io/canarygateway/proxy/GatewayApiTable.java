package io.canarygateway.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of cases in {@code GATEWAY-API.md}. */
final class GatewayApiTable {

  private static final Path FILE = Path.of("GATEWAY-API.md");
  private static final int COLUMNS = 4;

  /**
   * A row of the table.
   *
   * @param routes the routes of its case, as JSON
   * @param name the name of the case in Gateway API
   * @param route the route that takes the request; a dash if none does
   * @param request the request line and header lines
   * @param answer the server or the status, and what server and client get
   */
  record Row(String routes, String name, String route, String request, String answer) {

    @Override
    public String toString() {
      return name + ": " + request;
    }
  }

  private GatewayApiTable() {}

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    StringBuilder routes = new StringBuilder();
    boolean json = false;
    for (String line : Files.readAllLines(FILE)) {
      if (line.equals("```json")) {
        json = true;
        routes.setLength(0);
      } else if (line.equals("```")) {
        json = false;
      } else if (json) {
        routes.append(line).append('\n');
      } else if (line.startsWith("| HTTP")) {
        String[] cells = line.substring(2, line.length() - 2).split(" \\| ");
        if (cells.length != COLUMNS) {
          throw new IllegalStateException("not " + COLUMNS + " cells: " + line);
        }
        rows.add(new Row(routes.toString(), cells[0], cells[1], cells[2], cells[3]));
      }
    }
    return rows;
  }
}
