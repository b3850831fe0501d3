package dev.cairn.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.DamagedLogException;
import dev.cairn.internal.codec.ByteSlab;
import dev.cairn.internal.codec.Event;
import dev.cairn.internal.kind.Entity;
import dev.cairn.internal.kind.KindIds;
import dev.cairn.internal.kind.RefusingHost;
import dev.cairn.internal.kind.TaskLinks;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageChainTest {
    private static final long HEAD = 7;

    /** A chain that leads to a record of something else is damage, and says where. */
    @ParameterizedTest
    @CsvSource({"task, s", "session, other"})
    void shouldTakeARecordOfSomethingElseForDamage(String kind, String key) {
        byte id = kind.equals("task") ? KindIds.TASK : KindIds.SESSION;
        RefusingHost host = new RefusingHost() {
            @Override
            public void event(long offset, Event into) {
                into.offset = offset;
                into.kind = id;
                into.key.clear();
                into.key.putUtf8(key);
            }
        };
        MessageChain chain = new MessageChain(host, new SessionKind(1 << 20, TaskLinks.NONE), "s", session());

        assertThatThrownBy(chain::newest)
                .asInstanceOf(InstanceOfAssertFactories.type(DamagedLogException.class))
                .satisfies(damaged -> {
                    assertThat(damaged.offset()).isEqualTo(HEAD);
                    assertThat(damaged.what()).startsWith("expected a record of session s at offset 7, was Event[");
                });
    }

    private static Entity session() {
        Entity entity = new Entity();
        entity.version(1);
        entity.head(HEAD);
        ByteSlab body = entity.value();
        body.putByte(SessionBody.V1);
        for (int field = 0; field < 4; field++) {
            body.putLong(1);
        }
        body.putLong(HEAD);
        return entity;
    }
}
