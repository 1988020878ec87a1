package io.canarygateway.message;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the details of health that name many things, such as routes. */
public final class HealthDetail {

  private static final int MOST = 20;

  private HealthDetail() {}

  /**
   * Joins texts. Of more than 20 it keeps the first ones, and says how many there are besides.
   *
   * @param separator the text between two texts
   * @param texts the texts
   * @return one line
   */
  public static String join(String separator, Stream<String> texts) {
    List<String> all = texts.toList();
    String first = all.stream().limit(MOST).collect(Collectors.joining(separator));
    return all.size() <= MOST ? first : first + separator + "and " + (all.size() - MOST) + " more";
  }
}
