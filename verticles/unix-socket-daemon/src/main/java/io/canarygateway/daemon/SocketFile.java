package io.canarygateway.daemon;

import io.canarygateway.flags.Problem;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The file of a Unix socket. The server binds to a name of its own first; only when everybody may
 * connect the file gets the name that clients know, in one step that also takes the place of what a
 * dead gateway left behind. All methods block.
 */
final class SocketFile {

  /** What the system allows for a path, less what the first name may be longer. */
  private static final int MAX_BYTES = 90;

  private static final String EVERYBODY = "rw-rw-rw-";

  /** Those of this process that may have left a file. */
  private static final Set<SocketFile> LIVE = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final Path first;
  private volatile Object identity;

  SocketFile(Path path) {
    this.path = path.toAbsolutePath();
    this.first = this.path.resolveSibling(".gateway-" + ProcessHandle.current().pid());
  }

  /** Where the server binds. */
  Path first() {
    return first;
  }

  /**
   * Sees to it that the name is free, or taken by what a dead gateway left behind.
   *
   * @throws IOException if it is not, or the path is too long; the message is for users
   */
  void check() throws IOException {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw refused("a path of at most " + MAX_BYTES + " bytes");
    }
    if (!Files.isDirectory(path.getParent())) {
      throw refused("a directory that is there");
    }
    LIVE.add(this);
    Files.deleteIfExists(first);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean emptyFile = attributes.isRegularFile() && attributes.size() == 0;
    if (!emptyFile && !attributes.isOther()) {
      throw refused("a socket, or nothing: what is there is not removed");
    }
    if (attributes.isOther() && isServed()) {
      throw refused("a socket that nobody else serves");
    }
  }

  private boolean isServed() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      return false;
    }
  }

  private IOException refused(String expected) {
    return new IOException(Problem.ofText("daemon.socket", path.toString(), expected).toString());
  }

  /** Lets everybody connect to what was bound, under the name that they know. */
  void publish() throws IOException {
    Files.setPosixFilePermissions(first, PosixFilePermissions.fromString(EVERYBODY));
    identity = identity(first);
    Files.move(first, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes the file, unless it is somebody else's by now. */
  void remove() throws IOException {
    Files.deleteIfExists(first);
    if (identity != null
        && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && identity.equals(identity(path))) {
      Files.delete(path);
    }
    LIVE.remove(this);
  }

  /** Removes the files of all that were not stopped; for a process that ends at once. */
  static void removeAll() {
    for (SocketFile file : LIVE) {
      try {
        file.remove();
      } catch (IOException e) {
        // Nobody is left to be told; the next gateway replaces it.
      }
    }
  }

  private static Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
