import Fastify from "fastify";
import { isGenuine, keep } from "./store.mjs";

const server = Fastify();
server.addContentTypeParser("application/json", { parseAs: "buffer" }, (_, body, done) => done(null, body));
server.post("/in/bench", (request, reply) => {
  if (!isGenuine(request.body, request.headers["x-signature"])) {
    return reply.code(401).send();
  }
  keep(request.body);
  return reply.send();
});
await server.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
