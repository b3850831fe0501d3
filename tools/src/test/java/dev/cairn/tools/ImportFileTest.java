package dev.cairn.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportFileTest {
    private static final String TEXT = "one\n\ntwo é\r\n" + "x".repeat(600_000) + "\nlast";
    private static final List<String> LINES = List.of("one", "", "two é", "x".repeat(600_000), "last");

    @TempDir
    Path dir;

    @Test
    void shouldReadPlainGzipAndZstdAlike() throws IOException {
        Path plain = Files.writeString(dir.resolve("plain"), TEXT);
        Path gzip = dir.resolve("gzip");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }
        Path zstd = dir.resolve("zstd");
        try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
            out.write(TEXT.getBytes(StandardCharsets.UTF_8));
        }

        for (Path path : List.of(plain, gzip, zstd)) {
            ImportFile file = ImportFile.of(path);
            assertThat(lines(file)).as(path.toString()).isEqualTo(LINES);
            assertThat(file.bytesRead()).isEqualTo(Files.size(path));
        }
    }

    @Test
    void shouldReadAnEmptyFile() throws IOException {
        assertThat(lines(ImportFile.of(Files.createFile(dir.resolve("empty"))))).isEmpty();
    }

    @Test
    void shouldKeepStandardInputUntilClosed() throws IOException {
        ImportFile file = ImportFile.spooled(new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)));
        try (file) {
            assertThat(lines(file)).isEqualTo(LINES);
            assertThat(file.name()).isEqualTo("-");
            assertThat(file.source("m", () -> {}))
                    .isEqualTo(ImportFile.of(Files.writeString(dir.resolve("same"), TEXT))
                            .source("m", () -> {}));
        }
    }

    @Test
    void shouldKnowASourceByItsBytesAndItsMapping() throws IOException {
        ImportFile file = ImportFile.of(Files.writeString(dir.resolve("a"), "x"));
        ImportFile other = ImportFile.of(Files.writeString(dir.resolve("b"), "y"));

        assertThat(file.source("m", () -> {})).hasSize(64).isEqualTo(file.source("m", () -> {}));
        assertThat(file.source("m", () -> {}))
                .isNotEqualTo(file.source("n", () -> {}))
                .isNotEqualTo(other.source("m", () -> {}));
    }

    private static List<String> lines(ImportFile file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (LineReader reader = new LineReader(file.open())) {
            while (reader.next()) {
                lines.add(new String(reader.bytes(), 0, reader.length(), StandardCharsets.UTF_8));
                assertThat(reader.number()).isEqualTo(lines.size());
            }
        }
        return lines;
    }
}
