import assert from "node:assert/strict";
import { test } from "node:test";
import { endProgress, enterStep, startProgress, stepsOf, timeLeft } from "./steps.ts";

const drawn = (progress: Parameters<typeof stepsOf>[0]) =>
  stepsOf(progress)
    .map(({ id, state, took }) => `${id}:${state}${took === undefined ? "" : `:${took}`}`)
    .join(" ");

test("steps are passed in order, each with its time", () => {
  let progress = startProgress(1000);
  assert.equal(drawn(progress), "finding:current server:waiting path:waiting securing:waiting");
  progress = enterStep(progress, "server", 1200);
  progress = enterStep(progress, "path", 1500);
  assert.equal(drawn(progress), "finding:done:200 server:done:300 path:current securing:waiting");
  progress = endProgress(enterStep(progress, "securing", 1900), "done", 2000);
  assert.equal(drawn(progress), "finding:done:200 server:done:300 path:done:400 securing:done:100");
});

test("a step that was skipped took no time of its own", () => {
  const progress = endProgress(enterStep(startProgress(0), "securing", 50), "done", 60);
  assert.equal(drawn(progress), "finding:done:50 server:done path:done securing:done:10");
});

test("a late event does not lead back, and nothing follows a failure", () => {
  const path = enterStep(startProgress(0), "path", 10);
  assert.equal(enterStep(path, "server", 20), path);
  const failed = endProgress(path, "failed", 30);
  assert.equal(enterStep(failed, "securing", 40), failed);
  assert.equal(endProgress(failed, "done", 50), failed);
  assert.equal(
    drawn(failed),
    "finding:done:10 server:waiting path:failed:20 securing:waiting".replace("server:waiting", "server:done"),
  );
});

test("after quick first steps the whole join is told to have failed within 8 s of the click", () => {
  const path = enterStep(enterStep(startProgress(0), "server", 300), "path", 900);
  assert.equal(900 + timeLeft(path, 900), 7000);
});

test("after slow first steps a media path still gets its time, counted once", () => {
  const path = enterStep(enterStep(startProgress(0), "server", 5000), "path", 7000);
  assert.equal(timeLeft(path, 7000), 4000);
  assert.equal(timeLeft(path, 9000), 2000);
  assert.equal(timeLeft(path, 13_000), 0);
});
