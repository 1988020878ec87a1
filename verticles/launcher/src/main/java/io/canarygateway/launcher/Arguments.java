package io.canarygateway.launcher;

import io.canarygateway.flags.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line, read once at start. The Vert.x launcher gets {@link #forVertx} only: it would
 * read {@code -c} as {@code -cluster} and ignore arguments that it does not know.
 *
 * @param command what to do
 * @param receipt the file whose receipts are judged, or {@code -} for stdin; with {@link
 *     Command#JUDGE} only
 * @param configuration a file or inline JSON; empty means the built-in demo
 * @param rehearsal whether releases only observe, with main as canary
 * @param clustered whether {@code -cluster} was given
 * @param forVertx the options of the Vert.x launcher, with their values
 */
record Arguments(
    Command command,
    Optional<String> receipt,
    Optional<String> configuration,
    boolean rehearsal,
    boolean clustered,
    List<String> forVertx) {

  /** What a command line asks for. */
  enum Command {
    RUN,
    CHECK,
    JUDGE,
    SCHEMA,
    VERSION,
    HELP
  }

  static final String CONFIGURATION = "-conf";

  /** The first argument that has receipts judged. */
  private static final String JUDGE = "judge";

  /** The first argument of a rehearsal. */
  private static final String REHEARSE = "rehearse";

  private static final String SEE_HELP = " (--help lists the options)";
  private static final String INSTANCES = "-instances";

  /** The options of the Vert.x launcher: all spellings, and how many values follow. */
  private static final List<OptionSpec> VERTX =
      List.of(
          vertx(1, "-options", "--options", "-vertx-options", "--vertx-options"),
          vertx(1, "-cluster-host", "--cluster-host"),
          vertx(1, "-cluster-port", "--cluster-port"),
          vertx(1, "-cluster-public-host", "--cluster-public-host"),
          vertx(1, "-cluster-public-port", "--cluster-public-port"),
          vertx(1, "-deployment-options", "--deployment-options"),
          vertx(1, INSTANCES, "--instances"),
          vertx(0, "-w", "-worker", "--worker"),
          vertx(0, "-vt", "-virtual-thread", "--virtual-thread"));

  private static OptionSpec vertx(int values, String... names) {
    OptionSpec.Builder option = OptionSpec.builder(names).arity(Integer.toString(values));
    return values == 0 ? option.type(boolean.class).build() : option.type(String.class).build();
  }

  /** The gateway's own options. */
  private static final class Own {

    @Option(names = {CONFIGURATION, "--conf", "-c", "-config", "--config"})
    private @Nullable String configuration;

    @Option(names = {"-cluster", "--cluster"})
    private boolean clustered;

    @Option(names = {"-check", "--check"})
    private boolean check;

    @Option(names = {"-schema", "--schema"})
    private boolean schema;

    @Option(names = {"-version", "--version"})
    private boolean version;

    @Option(names = {"-h", "-help", "--help"})
    private boolean help;

    private Command command() {
      return help
          ? Command.HELP
          : version
              ? Command.VERSION
              : schema ? Command.SCHEMA : check ? Command.CHECK : Command.RUN;
    }
  }

  /**
   * Reads a command line.
   *
   * @throws UsageException if an argument is unknown, lacks its value or is given twice, or if
   *     {@code --check} has nothing to check
   */
  static Arguments of(String... args) throws UsageException {
    String first = args.length == 0 ? "" : args[0];
    String[] others = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
    return switch (first) {
      case JUDGE -> judge(others);
      case REHEARSE -> options(true, others);
      default -> options(false, args);
    };
  }

  private static Arguments judge(String... files) throws UsageException {
    if (files.length == 1 && List.of("-h", "-help", "--help").contains(files[0])) {
      return new Arguments(
          Command.HELP, Optional.empty(), Optional.empty(), false, false, List.of());
    }
    if (files.length != 1 || files[0].startsWith("-") && files[0].length() > 1) {
      throw new UsageException(
          JUDGE + " needs one file of receipts, or - for stdin: judge RECEIPT.json" + SEE_HELP);
    }
    return new Arguments(
        Command.JUDGE, Optional.of(files[0]), Optional.empty(), false, false, List.of());
  }

  private static Arguments options(boolean rehearsal, String... args) throws UsageException {
    Own own = new Own();
    CommandSpec spec = CommandSpec.forAnnotatedObject(own);
    VERTX.forEach(option -> spec.addOption(OptionSpec.builder(option).build()));
    CommandLine line =
        new CommandLine(spec)
            .setOptionsCaseInsensitive(true)
            .setPosixClusteredShortOptionsAllowed(false)
            .setUnmatchedArgumentsAllowed(true);
    ParseResult result;
    try {
      result = line.parseArgs(args);
    } catch (ParameterException e) {
      throw new UsageException(message(e) + SEE_HELP);
    }
    if (!result.unmatched().isEmpty()) {
      throw new UsageException(unknown(result.unmatched().get(0)) + SEE_HELP);
    }
    if (own.command() == Command.CHECK && own.configuration == null) {
      throw new UsageException("--check needs a configuration: --check -conf FILE" + SEE_HELP);
    }
    if (rehearsal && own.command() == Command.RUN && own.configuration == null) {
      throw new UsageException(REHEARSE + " needs a configuration: rehearse -conf FILE" + SEE_HELP);
    }
    if (rehearsal && own.clustered) {
      throw new UsageException(REHEARSE + " does not join a cluster: omit -cluster" + SEE_HELP);
    }
    return new Arguments(
        own.command(),
        Optional.empty(),
        Optional.ofNullable(own.configuration),
        rehearsal,
        own.clustered,
        forVertx(result));
  }

  private static String unknown(String argument) {
    return argument.startsWith("-")
        ? "unknown option " + Problem.quote(argument)
        : "unknown argument "
            + Problem.quote(argument)
            + "; a configuration needs "
            + CONFIGURATION
            + " before it";
  }

  private static String message(ParameterException fault) {
    if (fault instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      return name(missing.getMissing().get(0)) + " needs a value";
    }
    if (fault instanceof OverwrittenOptionException twice) {
      return name(twice.getOverwritten()) + " is given twice";
    }
    ArgSpec option = fault.getArgSpec();
    return option == null ? "arguments not understood" : name(option) + " takes no value";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.names()[0] : argument.paramLabel();
  }

  private static List<String> forVertx(ParseResult result) throws UsageException {
    List<String> arguments = new ArrayList<>();
    for (OptionSpec known : VERTX) {
      String name = known.names()[0];
      OptionSpec given = result.matchedOption(name);
      if (given == null) {
        continue;
      }
      String value =
          given.originalStringValues().isEmpty() ? "" : given.originalStringValues().get(0);
      if (name.equals(INSTANCES) && !value.equals("1")) {
        throw new UsageException(
            name
                + " "
                + Problem.quote(value)
                + ": one gateway runs in a process, on all its cores"
                + SEE_HELP);
      }
      arguments.add(name);
      if (known.arity().max() == 1) {
        arguments.add(value);
      }
    }
    return List.copyOf(arguments);
  }
}
