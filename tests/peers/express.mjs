import express from "express";
import { isGenuine, keep } from "./store.mjs";

const server = express();
server.post("/in/bench", express.raw({ type: "application/json" }), (request, response) => {
  if (!isGenuine(request.body, request.get("x-signature"))) {
    return response.status(401).end();
  }
  keep(request.body);
  return response.status(200).set("content-length", "0").end();
});
server.listen(Number(process.env.PORT), "127.0.0.1");
