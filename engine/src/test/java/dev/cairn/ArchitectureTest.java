package dev.cairn;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.commit.CurrentState;
import dev.cairn.internal.disk.Disk;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.Evolution;
import dev.cairn.internal.kind.Kind;
import dev.cairn.internal.kind.KindModule;
import dev.cairn.internal.state.StateStore;
import dev.cairn.internal.state.StateWriter;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may know whom in the engine, read from its class files. */
class ArchitectureTest {
    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.cairn");

    private static final String[] TECHNOLOGIES = {
        "net.openhft..", "java.sql..", "javax.sql..", "org.sqlite..", "com.fasterxml..", "com.github.luben.."
    };

    private static final Set<String> CHANNEL_CHANGES = Set.of("open", "write", "force", "truncate", "transferFrom");
    private static final Set<String> FILE_CHANGES = Set.of(
            "move",
            "copy",
            "delete",
            "deleteIfExists",
            "createDirectory",
            "createDirectories",
            "createFile",
            "createLink",
            "createSymbolicLink",
            "createTempFile",
            "createTempDirectory",
            "newByteChannel",
            "newOutputStream",
            "newBufferedWriter",
            "write",
            "writeString",
            "setAttribute",
            "setLastModifiedTime",
            "setPosixFilePermissions");

    /** Each technology has one room, so that it can be replaced, and its traps are known in one place. */
    @ParameterizedTest
    @CsvSource({
        "net.openhft.chronicle.queue.., dev.cairn.internal.segment..",
        "net.openhft.chronicle.map.., dev.cairn.internal.state..",
        "net.openhft.chronicle.hash.., dev.cairn.internal.state..",
        "java.sql.., dev.cairn.internal.projection..",
        "javax.sql.., dev.cairn.internal.projection..",
        "org.sqlite.., dev.cairn.internal.projection..",
        "com.fasterxml.., dev.cairn.internal.json..",
        "com.github.luben.., dev.cairn.internal.compress..",
    })
    void shouldKeepATechnologyInItsRoom(String technology, String room) {
        noClasses()
                .that()
                .resideInAPackage("dev.cairn..")
                .and()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(technology)
                .check(ENGINE);
    }

    /** A fence around nothing would hold as well: each technology is really used in its room. */
    @ParameterizedTest
    @CsvSource({
        "net.openhft.chronicle.queue.., dev.cairn.internal.segment..",
        "net.openhft.chronicle.map.., dev.cairn.internal.state..",
        "java.sql.., dev.cairn.internal.projection..",
        "com.fasterxml.., dev.cairn.internal.json..",
        "com.github.luben.., dev.cairn.internal.compress..",
    })
    void shouldFindATechnologyInItsRoom(String technology, String room) {
        assertThat(ENGINE.that(resideInAnyPackage(room))
                        .that(describe(
                                "use " + technology,
                                held -> held.getDirectDependenciesFromSelf().stream()
                                        .map(Dependency::getTargetClass)
                                        .anyMatch(resideInAnyPackage(technology)))))
                .isNotEmpty();
    }

    /** Chronicle's own building blocks stay where Chronicle is. */
    @Test
    void shouldKeepChronicleBehindThreeDoors() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.cairn.internal.segment..", "dev.cairn.internal.state..", "dev.cairn.internal.jvm..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft..")
                .check(ENGINE);
    }

    @Test
    void shouldKnowNeitherHttpNorCommandLineNorTheModulesAboveIt() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.javalin..",
                        "org.eclipse.jetty..",
                        "picocli..",
                        "ch.qos.logback..",
                        "io.micrometer..",
                        "dev.cairn.server..",
                        "dev.cairn.tools..",
                        "dev.cairn.bench..")
                .check(ENGINE);
    }

    /** What a user compiles against must not change when we change our mind about a library. */
    @Test
    void shouldShowNeitherTechnologyNorInternalsInItsPublicApi() {
        methods()
                .that(describe("are public API", ArchitectureTest::isPublicApi))
                .should(involveOnly(notAnyOf(TECHNOLOGIES).and(notAnyOf("dev.cairn.internal.."))))
                .check(ENGINE);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        // The root package is the vocabulary that all share, and the façade that wires all: it is in no slice.
        slices().matching("dev.cairn.(**)").should().beFreeOfCycles().check(ENGINE);
    }

    /** State changes in one place, live and in recovery: what {@code evolve} said is what the store keeps. */
    @Test
    void shouldWriteStateByEvolvingOnly() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Evolution.class.getName())
                .should()
                .callMethod(Kind.class, "evolve", Entity.class, Event.class, Entity.class)
                .check(ENGINE);
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName(CurrentState.class.getName())
                .and()
                .resideOutsideOfPackage("dev.cairn.internal.state")
                .should()
                .callMethod(StateStore.class, "put", ByteSlab.class, ByteSlab.class)
                .orShould()
                .callMethod(StateWriter.class, "put", ByteSlab.class, ByteSlab.class)
                .orShould()
                .callMethod(StateStore.class, "remove", ByteSlab.class)
                .check(ENGINE);
        assertThat(ENGINE.get(Evolution.class).getMethodCallsFromSelf())
                .anyMatch(call -> call.getTarget().getName().equals("evolve"));
        assertThat(ENGINE.get(CurrentState.class).getMethodCallsFromSelf())
                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(StateWriter.class)
                        && call.getTarget().getName().equals("put"));
    }

    /** Kinds hold such an index, and kinds are pure: so what it is made of must be, too. */
    @Test
    void shouldBuildTheIndexOfPlainMemory() {
        noClasses()
                .that()
                .resideInAPackage("dev.cairn.internal.index")
                .should(dependOnClassesThat(DescribedPredicate.not(resideInAnyPackage(
                        "dev.cairn.internal.index",
                        "dev.cairn.internal.codec",
                        "java.lang",
                        "java.util",
                        "java.util.function",
                        "org.jspecify.annotations"))))
                .check(ENGINE);
    }

    /** The time of day is an input like any other, so that tests and replays can choose it. */
    @Test
    void shouldTakeTheTimeOfDayFromTheGivenClock() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(ENGINE);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cairn")
                .should()
                .callMethod(Clock.class, "systemUTC")
                .check(ENGINE);
    }

    /** Decide and evolve give the same answer on every machine and in every replay, because they can ask nothing else. */
    @Test
    void shouldKeepKindsPure() {
        noClasses()
                .that()
                .areAssignableTo(Kind.class)
                .should(dependOnClassesThat(
                        resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
                                .or(resideInAnyPackage("java.util.concurrent.."))
                                .or(resideInAnyPackage(TECHNOLOGIES))
                                .or(assignableTo(Clock.class))
                                .or(assignableTo(Thread.class))
                                .or(assignableTo(Random.class))))
                .orShould(callMethod(Instant.class, "now"))
                .orShould(callMethod(System.class, "currentTimeMillis"))
                .orShould(callMethod(System.class, "nanoTime"))
                .orShould(callMethod(UUID.class, "randomUUID"))
                .orShould(callMethod(Math.class, "random"))
                .check(ENGINE);
    }

    /** A change of a file that no test can let fail is one whose failure nobody has seen. */
    @Test
    void shouldChangeFilesThroughOneDoor() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.cairn.internal.disk")
                .and()
                .doNotHaveSimpleName("NativeLibrary") // its files, and those of the next two, are temporary ones
                .and()
                .doNotHaveSimpleName("ProjectionSides")
                .and()
                .doNotHaveSimpleName("ProjectionCopy")
                .should()
                .callMethodWhere(describe("changes a file", ArchitectureTest::changesFiles))
                .orShould()
                .callConstructorWhere(describe(
                        "opens a file for writing",
                        call -> call.getTargetOwner().isAssignableTo(RandomAccessFile.class)
                                || call.getTargetOwner().isAssignableTo(FileOutputStream.class)))
                .check(ENGINE);
        assertThat(ENGINE.get(Disk.class).getMethodCallsFromSelf()).anyMatch(ArchitectureTest::changesFiles);
    }

    private static boolean changesFiles(JavaMethodCall call) {
        String name = call.getName();
        return call.getTargetOwner().isAssignableTo(FileChannel.class) && CHANNEL_CHANGES.contains(name)
                || call.getTargetOwner().isEquivalentTo(Files.class) && FILE_CHANGES.contains(name);
    }

    @Test
    void shouldPrintNothing() {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(ENGINE);
    }

    @Test
    void shouldMarkEveryPackageForNullChecks() {
        assertThat(ENGINE.stream().map(JavaClass::getPackage).distinct())
                .filteredOn(held -> held.getName().startsWith("dev.cairn"))
                .hasSizeGreaterThan(5)
                .allSatisfy(held -> assertThat(held.isAnnotatedWith(NullMarked.class))
                        .as("@NullMarked on %s", held.getName())
                        .isTrue());
    }

    /** A kind's module is public for the registry alone, and says so. */
    private static boolean isPublicApi(JavaMethod method) {
        return !method.getOwner().getPackageName().startsWith("dev.cairn.internal")
                && !method.getOwner().isAssignableTo(KindModule.class)
                && isPublic(method.getOwner())
                && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                && (method.getModifiers().contains(JavaModifier.PUBLIC)
                        || method.getModifiers().contains(JavaModifier.PROTECTED));
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static DescribedPredicate<JavaClass> notAnyOf(String... packages) {
        return DescribedPredicate.not(resideInAnyPackage(packages));
    }

    private static ArchCondition<JavaMethod> involveOnly(DescribedPredicate<JavaClass> allowed) {
        return new ArchCondition<>(
                "have parameters, results and exceptions of types that are " + allowed.getDescription()) {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                Stream.concat(method.getAllInvolvedRawTypes().stream(), method.getThrowsClause().getTypes().stream())
                        .filter(type -> !allowed.test(type))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                method, method.getFullName() + " shows " + type.getName())));
            }
        };
    }
}
