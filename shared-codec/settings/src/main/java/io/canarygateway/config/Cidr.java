package io.canarygateway.config;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A range of IP addresses, such as {@code 10.0.0.0/8}, {@code ::1/128} or a single address.
 *
 * @param network the network's address, with host bits of zero
 * @param bits the number of leading bits that are compared
 * @param ipv6 whether the range has IPv6 addresses
 */
public record Cidr(BigInteger network, int bits, boolean ipv6) {

  /**
   * Reads a range.
   *
   * @param text a literal address, with or without a prefix length
   * @return the range
   * @throws IllegalArgumentException if the text is not a range
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    byte[] address =
        NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException("not an address: " + text);
    }
    int width = address.length * 8;
    int bits = slash < 0 ? width : Integer.parseInt(text.substring(slash + 1));
    if (bits < 0 || bits > width) {
      throw new IllegalArgumentException("not a prefix length: " + text);
    }
    return new Cidr(prefix(address, bits), bits, address.length == 16);
  }

  /**
   * Tests an address.
   *
   * @param address the address
   * @return whether the range contains it; an IPv6 range contains no IPv4 address
   */
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    return (octets.length == 16) == ipv6 && prefix(octets, bits).equals(network);
  }

  private static BigInteger prefix(byte[] address, int bits) {
    int rest = address.length * 8 - bits;
    return new BigInteger(1, address).shiftRight(rest).shiftLeft(rest);
  }

  @Override
  public String toString() {
    byte[] octets = new byte[ipv6 ? 16 : 4];
    byte[] value = network.toByteArray();
    for (int i = 0; i < Math.min(value.length, octets.length); i++) {
      octets[octets.length - 1 - i] = value[value.length - 1 - i];
    }
    try {
      return InetAddress.getByAddress(octets).getHostAddress() + "/" + bits;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
