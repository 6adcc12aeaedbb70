import { cluster } from "../harness/cluster.ts";
import { guardSuite } from "./guard.suite.ts";

guardSuite("1.35", async () => cluster);
