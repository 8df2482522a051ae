package io.clipure.stream.image.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.clipure.stream.image.RejectionReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name service that answers something else each time it is asked (DNS rebinding). */
class ChangingNamesTest {
  private static final byte[] OUTSIDE = "outside".getBytes(ISO_8859_1);
  private static final byte[] INSIDE = "inside!".getBytes(ISO_8859_1);

  /** Stands for a public address: the only one that is allowed. */
  private static final String PUBLIC = "127.0.0.2";

  private static final String PRIVATE = "127.0.0.3";

  private RawServer outside;
  private RawServer inside;
  private Fetching fetching;
  private final Deque<List<String>> answers = new ArrayDeque<>();
  private final List<String> lookUps = new ArrayList<>();

  @BeforeEach
  void serveOnePortAtTwoAddresses() throws IOException {
    outside = RawServer.on(PUBLIC).at("/", head("keep-alive"), OUTSIDE);
    inside = serveBeside(outside.port()).at("/", head("keep-alive"), INSIDE);
    fetching =
        Fetching.http(
            Fetching.settings(Fetching.any(outside.port(), PUBLIC + "/32")),
            host -> {
              lookUps.add(host);
              List<InetAddress> addresses = new ArrayList<>();
              for (String address : answers.size() > 1 ? answers.pop() : answers.peek()) {
                addresses.add(InetAddress.getByName(address));
              }
              return addresses.toArray(InetAddress[]::new);
            });
  }

  private static RawServer serveBeside(int port) throws IOException {
    return RawServer.on(
        PRIVATE,
        new javax.net.ServerSocketFactory() {
          @Override
          public java.net.ServerSocket createServerSocket() throws IOException {
            return new java.net.ServerSocket() {
              @Override
              public void bind(java.net.SocketAddress any) throws IOException {
                super.bind(new InetSocketAddress(PRIVATE, port));
              }
            };
          }

          @Override
          public java.net.ServerSocket createServerSocket(int p) {
            throw new UnsupportedOperationException();
          }

          @Override
          public java.net.ServerSocket createServerSocket(int p, int backlog) {
            throw new UnsupportedOperationException();
          }

          @Override
          public java.net.ServerSocket createServerSocket(int p, int backlog, InetAddress a) {
            throw new UnsupportedOperationException();
          }
        });
  }

  private static String head(String connection) {
    return "HTTP/1.1 200 OK\nContent-Length: 7\nConnection: " + connection;
  }

  @AfterEach
  void stop() throws IOException {
    fetching.close();
    outside.close();
    inside.close();
  }

  private String url() {
    return "http://rebind.test:" + outside.port() + "/";
  }

  @Test
  void the_first_answer_is_checked_and_connected_to_and_nobody_asks_again() {
    answers.add(List.of(PUBLIC));
    answers.add(List.of(PRIVATE));

    assertThat(fetching.content(url())).isEqualTo(OUTSIDE);

    assertThat(lookUps).hasSize(1);
    assertThat(inside.connections()).isZero();
  }

  @Test
  void a_kept_connection_stays_at_the_address_that_was_checked() {
    answers.add(List.of(PUBLIC));
    answers.add(List.of(PRIVATE));
    fetching.content(url());

    assertThat(fetching.content(url())).isEqualTo(OUTSIDE);

    assertThat(lookUps).hasSize(1);
    assertThat(outside.connections()).isEqualTo(1);
  }

  @Test
  void a_new_connection_is_checked_anew() {
    outside.at("/", head("close"), OUTSIDE);
    answers.add(List.of(PUBLIC));
    answers.add(List.of(PRIVATE));
    assertThat(fetching.content(url())).isEqualTo(OUTSIDE);

    fetching.refusal(url(), RejectionReason.FORBIDDEN_ADDRESS);

    assertThat(lookUps).hasSize(2);
    assertThat(inside.connections()).isZero();
  }

  @Test
  void a_redirect_to_the_same_name_is_checked_anew() {
    outside.at(
        "/", "HTTP/1.1 302 x\nConnection: close\nContent-Length: 0\nLocation: /", new byte[0]);
    answers.add(List.of(PUBLIC));
    answers.add(List.of(PRIVATE));

    fetching.refusal(url(), RejectionReason.FORBIDDEN_ADDRESS);

    assertThat(inside.connections()).isZero();
  }

  @Test
  void a_forbidden_address_among_allowed_ones_refuses_the_host() {
    answers.add(List.of(PUBLIC, PRIVATE));

    fetching.refusal(url(), RejectionReason.FORBIDDEN_ADDRESS);

    assertThat(outside.connections() + inside.connections()).isZero();
  }

  @Test
  void the_next_of_several_allowed_addresses_is_tried_if_one_does_not_answer() {
    inside.at("/", head("close"), INSIDE);
    answers.add(List.of("127.0.0.9", PUBLIC));
    Fetching wide =
        Fetching.http(
            Fetching.settings(Fetching.any(outside.port(), "127.0.0.8/31", PUBLIC + "/32")),
            host -> {
              lookUps.add(host);
              return new InetAddress[] {
                InetAddress.getByName("127.0.0.9"), InetAddress.getByName(PUBLIC)
              };
            });
    try (wide) {
      assertThat(wide.content(url())).isEqualTo(OUTSIDE);
      assertThat(lookUps).hasSize(1);
    }
  }
}
