package dev.cairn.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.server.TestServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy of claims over HTTP, as part of the workflow. */
class ClaimPolicyRoutesTest extends ServedTasks {
    @Test
    void shouldTakeAndShowThePolicy() {
        create("a", "");
        JsonNode standard = server.get("/v1/workflow").json();
        Answer put = server.send(
                "PUT",
                "/v1/workflow",
                "{\"first\":\"pending\",\"final\":[\"done\"],\"transitions\":{\"pending\":[\"working\"],\"working\":[\"done\",\"dead\"]},"
                        + "\"claim\":{\"status\":\"working\",\"failed\":\"dead\",\"maxAttempts\":1}}");

        assertThat(standard.get("claim").toString())
                .isEqualTo("{\"status\":\"running\",\"failed\":\"failed\",\"maxAttempts\":5,\"onExpiry\":\"return\"}");
        assertThat(put.status()).as(put.body()).isEqualTo(200);
        assertThat(put.json().get("claim").toString())
                .isEqualTo("{\"status\":\"working\",\"failed\":\"dead\",\"maxAttempts\":1,\"onExpiry\":\"return\"}");
        assertThat(server.get("/v1/workflow").json()).isEqualTo(put.json());
        assertThat(server.send("PUT", "/v1/workflow", put.body()).json()).isEqualTo(put.json());
        assertThat(server.post(CLAIM, ANN).json().get("task").get("status").asText())
                .isEqualTo("working");
        assertThat(server.send("PUT", "/v1/workflow", standard.toString()).json())
                .isEqualTo(standard);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|/claim",
                "{\"status\":\"lost\"}|/claim/status",
                "{\"status\":\"done\"}|/claim/status",
                "{\"status\":7}|/claim/status",
                "{\"status\":\"b\",\"failed\":\"lost\"}|/claim/failed",
                "{\"status\":\"b\",\"failed\":\"a\",\"maxAttempts\":0}|/claim/maxAttempts",
                "{\"status\":\"b\",\"failed\":\"a\",\"maxAttempts\":1000001}|/claim/maxAttempts",
                "{\"status\":\"b\",\"failed\":\"a\",\"maxAttempts\":\"x\"}|/claim/maxAttempts",
                "{\"status\":\"b\",\"failed\":\"a\",\"onExpiry\":\"retry\"}|/claim/onExpiry",
                "{\"colour\":1}|/claim/colour"
            })
    void shouldRefuseAPolicyThatIsNotWellFormed(String claim, String pointer) {
        Answer refused = server.send(
                "PUT",
                "/v1/workflow",
                "{\"first\":\"a\",\"final\":[\"done\"],\"transitions\":{\"a\":[\"b\"],\"b\":[\"done\"]},\"claim\":"
                        + claim + "}");

        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.json().get("pointer").asText()).isEqualTo(pointer);
    }
}
