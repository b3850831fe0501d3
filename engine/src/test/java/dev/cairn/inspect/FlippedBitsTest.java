package dev.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.Cairn;
import dev.cairn.harness.SampleWrites;
import dev.cairn.harness.Trials;
import dev.cairn.inspect.Inspection.SegmentFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bit that is not what was written, anywhere in what counts of any file: a verification names that file and changes nothing. */
class FlippedBitsTest {
    private static final int WRITES_OF_ALL_KINDS = 60;

    @TempDir
    Path dir;

    /** Bytes of a file in which every bit counts. */
    private record Region(String file, long from, long to) {}

    @Test
    void shouldNameTheFileOfEveryFlippedBit() throws Exception {
        VerifiedDirectory directory = VerifiedDirectory.filled(dir.resolve("data"));
        try (Cairn cairn =
                Cairn.open(directory.root, VerifiedDirectory.options().build())) {
            new SampleWrites(new Random(1)).write(cairn, WRITES_OF_ALL_KINDS); // records of every kind
        }
        List<Region> regions = regions(directory);

        Trials.of("flipped bits", 60).run(random -> {
            Region region = regions.get(random.nextInt(regions.size()));
            long position = region.from() + (long) (random.nextDouble() * (region.to() - region.from()));
            int bit = 1 << random.nextInt(8);

            directory.flip(region.file(), position, bit);
            Verification verified = directory.verify();
            directory.flip(region.file(), position, bit);

            String flipped = region.file() + " at byte " + position + ", bit " + bit;
            assertThat(VerifiedDirectory.wrong(verified)).as(flipped).isNotEmpty();
            assertThat(verified.findings())
                    .as(flipped)
                    .anySatisfy(found -> assertThat(found.file()).isEqualTo(Path.of(region.file())));
        });
        assertThat(directory.verify().findings()).isEmpty();
    }

    /** Not among them: the lock, the numbers of the control file, the queue's own words, and what is reserved behind the records. */
    private static List<Region> regions(VerifiedDirectory directory) throws Exception {
        List<Region> regions = new ArrayList<>();
        for (String file : List.of("identity", "clean", "checkpoint/state.checkpoint", "watermark")) {
            regions.add(new Region(file, 0, Files.size(directory.file(file))));
        }
        regions.add(new Region("control", 0, 24));
        for (SegmentFile segment : Inspection.of(directory.root).segments()) {
            String file = segment.file().toString();
            int header = directory.at(file, "CRNS");
            regions.add(new Region(file, header, header + 96));
            int first = directory.at(file, "CRND");
            regions.add(new Region(file, first, first + segment.bytes()));
            String manifest = file.replace(".cq4", ".manifest");
            regions.add(new Region(manifest, 0, Files.size(directory.file(manifest))));
        }
        return regions;
    }
}
