package dev.cairn.tools;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Server and tools stand on what the engine shows to everybody, and each keeps its own technology. */
class LayersTest {
    private static final JavaClasses SERVER = classes("dev.cairn.server");
    private static final JavaClasses TOOLS = classes("dev.cairn.tools");

    @Test
    void shouldUseTheEngineAsAnyEmbeddingProgramDoes() {
        String[] within = {"dev.cairn.internal..", "net.openhft..", "java.sql..", "org.sqlite.."};
        noClasses().should().dependOnClassesThat().resideInAnyPackage(within).check(SERVER);
        noClasses().should().dependOnClassesThat().resideInAnyPackage(within).check(TOOLS);
    }

    @Test
    void shouldKeepTheCommandLineOutOfTheServer() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.cairn.tools..", "picocli..", "me.tongfei..")
                .check(SERVER);
    }

    @Test
    void shouldKeepHttpRoutingOutOfTheTools() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
                .check(TOOLS);
    }

    private static JavaClasses classes(String module) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(module);
    }
}
