package dev.cairn.server;

import dev.cairn.Receipt;
import java.io.IOException;
import java.util.Locale;

/** What a line of a batch may do. */
enum BatchOp {
    CREATE(201),
    PATCH(200),
    UPSERT(200),
    DELETE(200),
    APPEND(201),
    CHECK(200),
    PROGRESS(200);

    private final int status;

    BatchOp(int status) {
        this.status = status;
    }

    static BatchOp of(JsonReader json) throws IOException {
        String text = json.text();
        return switch (text) {
            case "create" -> CREATE;
            case "patch" -> PATCH;
            case "upsert" -> UPSERT;
            case "delete" -> DELETE;
            case "append" -> APPEND;
            case "check" -> CHECK;
            case "progress" -> PROGRESS;
            default -> throw json.wrong("create, patch, upsert, delete, append, check or progress");
        };
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status that stands for its success. */
    int status(Receipt receipt) {
        return this == UPSERT && receipt.version() == 1 ? CREATE.status : status;
    }
}
