package io.canarygateway.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** A real proxy that asks the daemon, by its example in {@code conf}; only places are replaced. */
final class DaemonClient implements AutoCloseable {

  private static final Path CONF = Path.of("..", "..", "conf");
  private static final Path NGINX_LUA = Path.of("/usr/lib/nginx/modules/ngx_http_lua_module.so");

  /** The proxies that there are examples of. */
  enum Kind {
    NGINX {
      @Override
      List<String> prepare(Path directory, Places places) throws IOException {
        String nginx = Installed.command("nginx", "nginx", "libnginx-mod-http-lua");
        Installed.file(NGINX_LUA, "libnginx-mod-http-lua");
        String text = places.in(Files.readString(CONF.resolve("nginx-lua.conf")));
        text = replace(text, "/tmp/nginx-lua.pid", directory.resolve("nginx.pid").toString());
        text = replace(text, "/tmp/maxwells-daemon.sock", places.socket.toString());
        text = replace(text, "settimeout(8)", "settimeout(" + places.patience.toMillis() + ")");
        Path file = Files.writeString(directory.resolve("nginx.conf"), text);
        return List.of(nginx, "-g", "daemon off;", "-c", file.toString());
      }
    },

    HAPROXY {
      @Override
      List<String> prepare(Path directory, Places places) throws IOException {
        String haproxy = Installed.command("haproxy", "haproxy");
        String lua = Files.readString(CONF.resolve("haproxy-daemon.lua"));
        lua = replace(lua, "/tmp/maxwells-daemon.sock", places.socket.toString());
        lua = replace(lua, "TIMEOUT = 0.008", "TIMEOUT = " + places.patience.toMillis() / 1e3);
        Files.writeString(directory.resolve("haproxy-daemon.lua"), lua);
        String text = places.in(Files.readString(CONF.resolve("haproxy.cfg")));
        text = replace(text, "/etc/haproxy/", directory + "/");
        Path file = Files.writeString(directory.resolve("haproxy.cfg"), text);
        return List.of(haproxy, "-f", file.toString());
      }
    };

    /** Writes its files; the command that runs it. */
    abstract List<String> prepare(Path directory, Places places) throws IOException;
  }

  /**
   * What a test has of its own.
   *
   * @param patience for each step of talking to the daemon
   */
  private record Places(Path socket, int port, Upstreams upstreams, Duration patience) {

    String in(String example) {
      String text = replace(example, "127.0.0.1:8000", "127.0.0.1:" + port);
      text = replace(text, "127.0.0.1:8080", "127.0.0.1:" + upstreams.main.port());
      return replace(text, "127.0.0.1:8081", "127.0.0.1:" + upstreams.canary.port());
    }
  }

  private final PeerProcess process;

  private DaemonClient(PeerProcess process) {
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param directory where its files are to be
   * @param socket the daemon's
   * @param patience for each step of talking to the daemon
   */
  static DaemonClient start(
      Kind kind, Path directory, Path socket, Upstreams upstreams, Duration patience)
      throws Exception {
    // Workers of nginx are somebody else where root starts it.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    int port = FreePorts.next();
    List<String> command = kind.prepare(directory, new Places(socket, port, upstreams, patience));
    return new DaemonClient(PeerProcess.start(command, directory.resolve(kind + ".log"), port));
  }

  private static String replace(String example, String what, String by) {
    if (!example.contains(what)) {
      throw new AssertionError("the example does not say " + what + ":\n" + example);
    }
    return example.replace(what, by);
  }

  String url() {
    return process.url();
  }

  @Override
  public void close() {
    process.close();
  }
}
