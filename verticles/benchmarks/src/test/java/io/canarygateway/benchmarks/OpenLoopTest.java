package io.canarygateway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

  private static final int STALL_MS = 300;
  private static final String ANSWER = "HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nhi";

  private final CountDownLatch never = new CountDownLatch(1);
  private ServerSocket server;
  private volatile String status = "200 OK";
  private volatile int stallAt = -1;
  private volatile int closeAt = -1;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve);
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  /** One connection after the other, each request answered at once but for one. */
  private void serve() {
    int served = 0;
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          if (!line.isEmpty()) {
            continue;
          }
          served++;
          if (served == stallAt) {
            never.await(STALL_MS, TimeUnit.MILLISECONDS);
          }
          if (served == closeAt) {
            break;
          }
          socket
              .getOutputStream()
              .write(ANSWER.formatted(status).getBytes(StandardCharsets.US_ASCII));
        }
      } catch (IOException | InterruptedException e) {
        // The client has gone, or the test has.
      }
    }
  }

  private String[] run() throws IOException {
    return OpenLoop.run(server.getLocalPort(), "/", 1, 500, 1).split(" ");
  }

  @Test
  void requestsBehindAStallHaveWaitedToo() throws IOException {
    stallAt = 100;
    String[] figures = run();
    assertThat(figures[1]).isEqualTo("500");
    // Some 150 of 500 were due while the server stalled; a closed loop would know of one.
    assertThat(Double.parseDouble(figures[4])).isGreaterThan(STALL_MS * 0.8);
    assertThat(figures[6]).isEqualTo("0");
  }

  @Test
  void everyRequestIsAnsweredOrAFailure() throws IOException {
    closeAt = 100;
    String[] figures = run();
    assertThat(figures[1]).isEqualTo("499");
    assertThat(figures[6]).isEqualTo("1");
  }

  @Test
  void anotherStatusIsAFailure() throws IOException {
    status = "503 Busy";
    assertThat(run()[6]).isEqualTo("500");
  }
}
