package io.canarygateway.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.canarygateway.fixtures.GatewayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What Linux and the JVM's own tools say of a running gateway. */
record Victim(GatewayProcess process) {

  private static final Pattern USED = Pattern.compile("(?:heap|generation) .*used (\\d+)K");
  private static final String LISTENING = "0A";
  private static final String UNCONNECTED = "07";

  /** The TCP ports that it listens on. */
  Set<Integer> ports() throws IOException {
    return ports("tcp", LISTENING);
  }

  Set<Integer> udpPorts() throws IOException {
    return ports("udp", UNCONNECTED);
  }

  private Set<Integer> ports(String protocol, String state) throws IOException {
    Set<String> sockets = new HashSet<>();
    try (Stream<Path> files = Files.list(proc("fd"))) {
      for (Path file : files.toList()) {
        try {
          String target = Files.readSymbolicLink(file).toString();
          if (target.startsWith("socket:[")) {
            sockets.add(target.substring(8, target.length() - 1));
          }
        } catch (NoSuchFileException e) {
          // It was closed after the directory had been read.
        }
      }
    }
    Set<Integer> ports = new HashSet<>();
    for (String table : List.of(protocol, protocol + "6")) {
      List<String> lines = Files.readAllLines(proc("net/" + table));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.strip().split("\\s+");
        if (cells[3].equals(state) && sockets.contains(cells[9])) {
          ports.add(Integer.parseInt(cells[1].substring(cells[1].lastIndexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  private Path proc(String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }

  /** The bytes of the heap that are in use. */
  long heapAfterCollection() throws Exception {
    jcmd("GC.run");
    Matcher matcher = USED.matcher(jcmd("GC.heap_info"));
    long used = 0;
    while (matcher.find()) {
      used += Long.parseLong(matcher.group(1)) * 1024;
    }
    assertThat(used).isPositive();
    return used;
  }

  /** The classes that somebody asked it to deserialise since its start. */
  List<String> deserialised(Path file) throws Exception {
    jcmd("JFR.dump filename=" + file);
    List<String> types = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      types.add(event.getClass("type") == null ? "?" : event.getClass("type").getName());
    }
    return types;
  }

  private String jcmd(String command) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    line.add(Long.toString(process.pid()));
    line.addAll(List.of(command.split(" ")));
    Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
    String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jcmd.waitFor()).as(answer).isZero();
    return answer;
  }
}
