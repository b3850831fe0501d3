package dev.cairn.tools;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.cairn.CairnException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs that were recorded as lines of JSON, played back as the states that they went through: either each line is one step of the
 * run that a field of it names, and the state is all steps of that run so far, or each line is a whole state of the run that its
 * file is.
 *
 * <p>Memory holds the newest state of each run, no more.
 *
 * <p>Threading: one thread.
 */
final class RecordedRuns {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<ImportFile> files;
    private final String key;
    private final boolean states;

    /** Takes the states in the order of the lines. */
    interface Player {
        /**
         * @param state JSON without white space between tokens
         */
        void play(String run, byte[] state);
    }

    /**
     * @param key field of the run of a step, a name or a JSON pointer
     * @param states whether lines are states and not steps
     */
    RecordedRuns(List<ImportFile> files, String key, boolean states) {
        this.files = files;
        this.key = key;
        this.states = states;
    }

    /** Plays everything from the beginning. */
    void play(Player player) throws IOException {
        Map<String, ByteArrayOutputStream> transcripts = new LinkedHashMap<>();
        RowFields fields = new RowFields(List.of(key));
        for (ImportFile file : files) {
            try (LineReader lines = new LineReader(file.open())) {
                while (lines.next()) {
                    if (!lines.isBlank()) {
                        play(file, lines, fields, transcripts, player);
                    }
                }
            }
        }
    }

    private void play(
            ImportFile file,
            LineReader lines,
            RowFields fields,
            Map<String, ByteArrayOutputStream> transcripts,
            Player player)
            throws IOException {
        try {
            if (states) {
                check(lines.bytes(), lines.length());
                player.play(runOf(file), compact(lines.bytes(), lines.length()));
                return;
            }
            fields.read(lines.bytes(), lines.length());
            RowFields.Value run = fields.value(key);
            if (run == null || run.text() == null) {
                throw new BadRowException("expected a field " + key + " with a text or a number, was none");
            }
            ByteArrayOutputStream transcript =
                    transcripts.computeIfAbsent(run.text(), ignored -> new ByteArrayOutputStream());
            transcript.write(transcript.size() == 0 ? '[' : ',');
            transcript.writeBytes(compact(lines.bytes(), lines.length()));
            byte[] steps = transcript.toByteArray();
            byte[] state = Arrays.copyOf(steps, steps.length + 1);
            state[steps.length] = ']';
            player.play(run.text(), state);
        } catch (BadRowException e) {
            throw VerbFailedException.failed(file.name() + ":" + lines.number() + ": " + e.getMessage(), e);
        } catch (CairnException e) {
            throw VerbFailedException.failed(file.name() + ":" + lines.number() + ": " + e.getMessage(), e);
        }
    }

    private static String runOf(ImportFile file) {
        Path name = Path.of(file.name()).getFileName();
        return name == null ? file.name() : name.toString();
    }

    private static void check(byte[] json, int length) throws BadRowException {
        try (JsonParser parser = JSON.createParser(json, 0, length)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                parser.finishToken();
            }
        } catch (JsonProcessingException e) {
            throw new BadRowException("expected JSON, was " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new BadRowException("expected JSON in UTF-8, was " + e.getMessage());
        }
    }

    /** JSON without the white space between its tokens: what a load gives back. */
    static byte[] compact(byte[] json, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length);
        boolean inText = false;
        for (int i = 0; i < length; i++) {
            byte b = json[i];
            if (!inText && (b == ' ' || b == '\t' || b == '\r' || b == '\n')) {
                continue;
            }
            out.write(b);
            if (b == '"') {
                inText = !inText;
            } else if (b == '\\' && i + 1 < length) {
                out.write(json[++i]);
            }
        }
        return out.toByteArray();
    }
}
