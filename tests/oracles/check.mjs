// Reads one delivery a line, and says of each whether its provider's own verifier takes it.

import { createInterface } from "node:readline";
import bolt from "@slack/bolt";
import { verifyKey } from "discord-interactions";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import twilio from "twilio";

const verifiers = {
  slack({ secret, headers, body }) {
    // What it cannot read it throws at.
    bolt.verifySlackRequest({
      signingSecret: secret,
      headers: {
        "x-slack-signature": headers["x-slack-signature"],
        "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
      },
      body: body.toString(),
    });
    return true;
  },
  discord: ({ secret, headers, body }) =>
    verifyKey(body, headers["x-signature-ed25519"], headers["x-signature-timestamp"], secret),
  standard({ secret, headers, body }) {
    new Standard(secret).verify(body.toString(), headers);
    return true;
  },
  svix({ secret, headers, body }) {
    new Svix(secret).verify(body.toString(), headers);
    return true;
  },
  twilio({ secret, headers, url, body }) {
    const signature = headers["x-twilio-signature"];
    if (new URL(url).searchParams.has("bodySHA256")) {
      return twilio.validateRequestWithBody(secret, signature, url, body.toString());
    }
    const parameters = {};
    for (const [name, value] of new URLSearchParams(body.toString())) {
      parameters[name] = name in parameters ? [parameters[name], value].flat() : value;
    }
    return twilio.validateRequest(secret, signature, url, parameters);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const delivery = JSON.parse(line);
  delivery.body = Buffer.from(delivery.body, "base64");
  let isTaken = false;
  try {
    isTaken = await verifiers[delivery.oracle](delivery);
  } catch {
    // That is how most of them refuse.
  }
  console.log(isTaken === true);
}
