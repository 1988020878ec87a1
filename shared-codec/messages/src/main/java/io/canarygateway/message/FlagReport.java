package io.canarygateway.message;

import java.util.List;

/**
 * The state of all flags, for operators. Secrets are masked.
 *
 * @param revision the revision of the snapshot in force
 * @param checksumStatic go-flagz's checksum of the static flags
 * @param checksumDynamic go-flagz's checksum of the dynamic flags
 * @param flags all flags in name order
 * @param refusals the last refused value of each name, the newest first
 * @param sources the health of each source
 */
public record FlagReport(
    long revision,
    String checksumStatic,
    String checksumDynamic,
    List<FlagState> flags,
    List<Refusal> refusals,
    List<ComponentHealth> sources) {

  /**
   * Copies the lists.
   *
   * @param revision the revision of the snapshot in force
   * @param checksumStatic go-flagz's checksum of the static flags
   * @param checksumDynamic go-flagz's checksum of the dynamic flags
   * @param flags all flags in name order
   * @param refusals the last refused value of each name, the newest first
   * @param sources the health of each source
   */
  public FlagReport {
    flags = List.copyOf(flags);
    refusals = List.copyOf(refusals);
    sources = List.copyOf(sources);
  }

  /**
   * One flag.
   *
   * @param name the flag's name
   * @param type the name of its type
   * @param usage one sentence for operators
   * @param currentValue the value in force as Go would show it; JSON is pretty-printed, a secret is
   *     masked
   * @param defaultValue the default in the same form
   * @param changed whether anything set it, be it to its default
   * @param dynamic whether it may change while the process runs
   * @param source which source's value is in force: {@code default}, {@code conf}, {@code
   *     directory}, {@code etcd} or {@code override}
   * @param origin where in the source it stands, a file or a key with its revision; may be empty
   * @param setAtMillis when the source set it, in ms since 1970
   * @param revision the snapshot's revision that the last change made
   * @param previous the value before the last change; empty if nothing changed since the start
   * @param covered the values that lower layers set and that are not in force, the lowest layer
   *     first; empty in messages of version 1
   */
  public record FlagState(
      String name,
      String type,
      String usage,
      String currentValue,
      String defaultValue,
      boolean changed,
      boolean dynamic,
      String source,
      String origin,
      long setAtMillis,
      long revision,
      String previous,
      List<Covered> covered) {

    /**
     * Copies the list.
     *
     * @param name the flag's name
     * @param type the name of its type
     * @param usage one sentence for operators
     * @param currentValue the value in force
     * @param defaultValue the default
     * @param changed whether anything set it
     * @param dynamic whether it may change while the process runs
     * @param source the layer of the value in force
     * @param origin where in the source it stands; may be empty
     * @param setAtMillis when the source set it, in ms since 1970
     * @param revision the snapshot's revision that the last change made
     * @param previous the value before the last change
     * @param covered the values that are not in force
     */
    public FlagState {
      covered = List.copyOf(covered);
    }
  }

  /**
   * A value that is set but not in force, since a higher layer sets the flag too.
   *
   * @param source the layer that sets it, such as {@code conf}
   * @param value the value as Go would show it; a secret is masked
   */
  public record Covered(String source, String value) {}

  /**
   * A refused value.
   *
   * @param flag the flag's name, declared or not
   * @param source the source that sent the value
   * @param value the value, cut
   * @param reason why the value was refused
   * @param atMillis the time, in ms since 1970
   */
  public record Refusal(String flag, String source, String value, String reason, long atMillis) {}
}
