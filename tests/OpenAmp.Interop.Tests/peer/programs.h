/* SPDX-License-Identifier: BSD-3-Clause */
/* The demo programs' contracts. Each returns when its side has done everything, and fails otherwise. */
#ifndef PEER_PROGRAMS_H
#define PEER_PROGRAMS_H

#include "message.h"

#define SERVICE_DEMO "rpmsg-openamp-demo-channel"
#define SERVICE_SAMPLE "rpmsg-client-sample"
#define SHUTDOWN_MESSAGE 0xef56a55au

void run_echo(struct link *l);
void run_nocopy_echo(struct link *l);
void run_ping(struct link *l);
void run_flood(struct link *l);
void run_nocopy_ping(struct link *l);
void run_sample_echo(struct link *l);
void run_sample_ping(struct link *l);
void run_matrix_server(struct link *l);
void run_matrix_client(struct link *l);

/* True when the message begins with the word that ends an echo side. */
bool is_shutdown(const struct message *m);
/* Ends a ping side: destroys its endpoint or, with --shutdown, says the word and waits for the peer to leave. */
void leave(struct endpoint *e);
/* Waits until the peer's address is known. */
void await_peer(struct endpoint *e);
/* Fails unless sent is the length that was to be sent. */
void must_send(int sent, int len);

#endif
