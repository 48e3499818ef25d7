/**
 * What the store does, verb by verb, run over Postgres and over PGlite. This file holds the jobs' way from
 * submission to success; the other parts of the suite lie beside it. All tests of one run share a database, so each
 * takes names of its own and looks only at its own rows.
 */
import { expect } from "chai";
import { parseId } from "../../server/core/job-id.js";
import { storeDeadlinesSuite } from "./store-deadlines.suite.js";
