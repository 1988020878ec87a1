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
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket. The server binds to a temporary name first. When the server is ready,
 * the file is renamed to the name that clients know, which also replaces the file of a gateway that
 * was killed. All methods block.
 */
final class SocketFile {

  /** The system's limit of 108 bytes on a path, less the excess length of the temporary name. */
  private static final int MAX_BYTES = 90;

  private static final String READ_WRITE_FOR_ALL = "rw-rw-rw-";

  /** The socket files of this process that may exist. */
  private static final Set<SocketFile> LIVE = ConcurrentHashMap.newKeySet();

  private final String key;
  private final Path path;
  private final Path bound;

  /** The file's identity on its file system; null until the file has its final name. */
  private volatile @Nullable Object identity;

  /**
   * A file that does not exist yet. Only one file at a time may have its temporary name.
   *
   * @param key the setting of the path
   */
  SocketFile(String key, Path path) {
    this.key = key;
    this.path = path.toAbsolutePath();
    this.bound = this.path.resolveSibling(".gateway-" + ProcessHandle.current().pid());
  }

  /** The temporary name, to which the server binds. */
  Path bound() {
    return bound;
  }

  /**
   * Checks that the final name is free, or is the socket of a gateway that was killed.
   *
   * @throws IOException if the name is in use, or the path is too long; the message is for
   *     operators
   */
  void check() throws IOException {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw refused("a path of at most " + MAX_BYTES + " bytes");
    }
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw refused("a path in a directory that exists");
    }
    LIVE.add(this);
    Files.deleteIfExists(bound);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean emptyFile = attributes.isRegularFile() && attributes.size() == 0;
    if (!emptyFile && !attributes.isOther()) {
      throw refused("a socket or no file; other files are not removed");
    }
    if (attributes.isOther() && isServed()) {
      throw refused("a socket that no other process serves");
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
    return new IOException(Problem.ofText(key, path.toString(), expected).toString());
  }

  /** Allows every user to connect, and renames the file to its final name. */
  void publish() throws IOException {
    Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString(READ_WRITE_FOR_ALL));
    identity = identity(bound);
    Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes the file, unless another process has replaced it. */
  void remove() throws IOException {
    Files.deleteIfExists(bound);
    Object own = identity;
    if (own != null
        && Files.exists(path, LinkOption.NOFOLLOW_LINKS)
        && own.equals(identity(path))) {
      Files.delete(path);
    }
    LIVE.remove(this);
  }

  /** Removes all socket files of this process, when it ends without a drain. */
  static void removeAll() {
    for (SocketFile file : LIVE) {
      try {
        file.remove();
      } catch (IOException e) {
        // The process ends, and the next gateway replaces the file.
      }
    }
  }

  private static Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }
}
