import type { PostgresPool, PostgresPoolClient } from "kysely";
import type pg from "pg";
import type { Scope } from "#base";

/**
 * The pool as Kysely's dialect expects it. A connection on which anything but the server's own refusal happened is not
 * used again: after a time-out its answer could still come and be taken for that of the next query.
 */
export function sturdyPool(scope: Scope, pool: pg.Pool): PostgresPool {
  // Without a listener a connection lost between two queries of a transaction would end the process.
  const watched = new WeakMap<pg.PoolClient, () => void>();
  scope.on(pool, "connect", (client: pg.PoolClient) => {
    watched.set(
      client,
      scope.on(client, "error", () => {}),
    );
  });
  scope.on(pool, "remove", (client: pg.PoolClient) => watched.get(client)?.());
  return {
    connect: async () => sturdyClient(await pool.connect()),
    end: () => pool.end(),
  };
}

function sturdyClient(client: pg.PoolClient): PostgresPoolClient {
  let broken = false;
  const query = async (text: string, parameters: readonly unknown[]) => {
    if (broken) throw new Error("the connection was lost");
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      broken = !isRefusal(error);
      throw error;
    }
  };
  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: () => client.release(broken),
  };
}

/** Errors that the server reported have a severity; FATAL ends the connection. */
function isRefusal(error: unknown): boolean {
  return (error as { severity?: string }).severity === "ERROR";
}
