-- Who wants to be told of handoffs: a Subscription, or an Endpoint that is called with an empty POST.
CREATE TABLE subscriber (
  target TEXT NOT NULL PRIMARY KEY,
  org BIGINT NOT NULL,
  active BIGINT NOT NULL,
  as_owner BIGINT NOT NULL,
  as_requester BIGINT NOT NULL,
  heartbeat BIGINT NOT NULL,
  next BIGINT NOT NULL,
  sent BIGINT NOT NULL
);
CREATE INDEX subscriber_org ON subscriber (org);

-- What is to be told, was told, or could not be told; number 0 is the handshake.
CREATE TABLE notification (
  target TEXT NOT NULL,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  focus TEXT NOT NULL,
  state BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  due BIGINT NOT NULL,
  fault TEXT NOT NULL,
  PRIMARY KEY (target, number)
);
CREATE INDEX notification_due ON notification (state, due);
