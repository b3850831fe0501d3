package dev.cairn.server;

import dev.cairn.harness.agents.HttpDesk;
import dev.cairn.harness.agents.HttpDesk.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A holder of leases in a process of its own, to be stopped in the midst of its work. A line of input names a lease, which it
 * acquires and writes under; then it tells that and waits for another line, behind which it writes once more under the same
 * token, as one who never learned that time has passed.
 *
 * <p>Threading: the main thread.
 */
public final class PausedHolder {
    private PausedHolder() {}

    /** @param arguments where the server listens, and the time that leases last, in milliseconds */
    public static void main(String[] arguments) throws IOException {
        HttpDesk server = new HttpDesk(arguments[0]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String lease = in.readLine(); lease != null; lease = in.readLine()) {
            Answer granted = server.send(
                    "POST", "/v1/leases/" + lease, "{\"holder\":\"paused\",\"ttlMs\":" + arguments[1] + "}");
            long token = granted.number("token");
            tell("holds " + token + " " + write(server, lease, token).status());
            in.readLine();
            Answer late = write(server, lease, token);
            tell("told " + late.status() + " " + late.body().contains("\"code\":\"stale_token\""));
        }
    }

    private static Answer write(HttpDesk server, String lease, long token) {
        return server.send(
                "POST",
                "/v1/topics/work/records",
                "{\"key\":\"" + lease + "\",\"payload\":" + token + "}",
                "Cairn-Fence",
                lease + "=" + token);
    }

    private static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
