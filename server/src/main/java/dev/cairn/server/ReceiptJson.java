package dev.cairn.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.Ack;
import dev.cairn.Receipt;
import java.io.IOException;

/**
 * Receipts as JSON.
 *
 * <p>Threading: stateless.
 */
final class ReceiptJson {
    private ReceiptJson() {}

    static void write(JsonGenerator json, Receipt receipt) throws IOException {
        json.writeStartObject();
        json.writeNumberField("epoch", receipt.epoch());
        json.writeNumberField("offset", receipt.offset());
        json.writeNumberField("version", receipt.version());
        json.writeNumberField("revision", receipt.revision());
        json.writeStringField("ack", receipt.ack() == Ack.DURABLE ? "durable" : "accepted");
        json.writeNumberField("durableOffset", durableOffset(receipt));
        json.writeEndObject();
    }

    /**
     * A durable receipt states its own offset, the least that must be durable for it, so that a repeated operation is
     * answered with the same bytes; how far the log really was is in the header {@code Cairn-Durable-Offset}.
     */
    private static long durableOffset(Receipt receipt) {
        return receipt.ack() == Ack.DURABLE ? receipt.offset() : receipt.durableOffset();
    }
}
