package dev.cairn.server;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that the other end of a connection has closed it, without taking anything out of it: a channel that is ready to be read
 * and has no bytes is at its end. The server itself reads on only when the answer is written.
 *
 * <p>Threading: stateless.
 */
final class HangUp {
    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    /** @param transport what carries the connection; of one that is no channel of a socket, nothing is known */
    static boolean isSeen(Object transport) {
        if (!(transport instanceof SocketChannel channel)) {
            return false;
        }
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            return selector.selectNow() > 0 && channel.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            LOG.trace("the connection is broken", e);
            return true;
        } catch (IllegalStateException e) {
            LOG.debug("expected a channel that can be looked at", e); // also one that is closed
            return !channel.isOpen();
        }
    }
}
