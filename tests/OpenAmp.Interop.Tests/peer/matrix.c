/* SPDX-License-Identifier: BSD-3-Clause */
/* Matrix multiplication: two 6 x 6 matrices one way, their product the other way. */
#include "options.h"
#include "programs.h"

#include <string.h>

enum { ORDER = 6, ROUNDS = 200, CELL_LIMIT = 16 };

struct matrix {
    uint32_t size;
    uint32_t elements[ORDER][ORDER];
};
_Static_assert(sizeof(struct matrix) == 148, "matrix");

struct server {
    bool shutdown;
    unsigned products;
};

struct client {
    struct matrix expected;
    unsigned received;
};

static void multiply(const struct matrix *a, const struct matrix *b, struct matrix *product)
{
    memset(product, 0, sizeof *product);
    product->size = ORDER;
    for (unsigned i = 0; i < ORDER; i++)
        for (unsigned j = 0; j < ORDER; j++)
            for (unsigned k = 0; k < ORDER; k++)
                product->elements[i][j] += a->elements[i][k] * b->elements[k][j];
}

static void on_request(struct endpoint *e, const struct message *m)
{
    struct server *s = e->state;
    struct matrix pair[2], product;
    if (is_shutdown(m)) {
        s->shutdown = true;
        return;
    }
    if (m->len != sizeof pair)
        fail(EXIT_WRONG, "request of %u bytes and not %zu", m->len, sizeof pair);
    memcpy(pair, m->bytes, sizeof pair);
    if (pair[0].size != ORDER || pair[1].size != ORDER)
        fail(EXIT_WRONG, "request for matrices of size %u and %u", pair[0].size, pair[1].size);
    multiply(&pair[0], &pair[1], &product);
    must_send(endpoint_send(e, m->src, &product, (int)sizeof product, true), (int)sizeof product);
    s->products++;
}

void run_matrix_server(struct link *l)
{
    struct server s = {0};
    struct endpoint e = {.on_message = on_request, .state = &s};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    while (!s.shutdown && !e.unbound)
        endpoint_poll(&e, "the next pair of matrices, or the end of the peer's endpoint");
    endpoint_close(&e);
    STRICT(s.products == ROUNDS, "the peer left after %u rounds and not %d", s.products, ROUNDS);
}

static void on_product(struct endpoint *e, const struct message *m)
{
    struct client *c = e->state;
    if (m->len != sizeof c->expected)
        fail(EXIT_WRONG, "round %u: product of %u bytes and not %zu", c->received, m->len, sizeof c->expected);
    if (memcmp(m->bytes, &c->expected, sizeof c->expected) != 0)
        fail(EXIT_WRONG, "round %u: the product is wrong", c->received);
    c->received++;
}

static void fill(struct matrix *m, uint32_t *seed)
{
    m->size = ORDER;
    for (unsigned i = 0; i < ORDER * ORDER; i++) {
        *seed = *seed * 1664525u + 1013904223u;
        m->elements[i / ORDER][i % ORDER] = (*seed >> 16) % CELL_LIMIT;
    }
}

void run_matrix_client(struct link *l)
{
    uint32_t seed = 1;
    struct matrix pair[2];
    struct client c = {0};
    struct endpoint e = {.on_message = on_product, .state = &c};
    endpoint_open(&e, l, SERVICE_DEMO, ADDRESS_FIRST);
    await_peer(&e);
    for (unsigned round = 0; round < ROUNDS; round++) {
        fill(&pair[0], &seed);
        fill(&pair[1], &seed);
        multiply(&pair[0], &pair[1], &c.expected);
        must_send(endpoint_send(&e, e.peer, pair, (int)sizeof pair, true), (int)sizeof pair);
        while (c.received <= round) {
            if (e.unbound)
                fail(EXIT_WRONG, "the peer destroyed its endpoint after %u products", c.received);
            endpoint_poll(&e, "a product");
        }
    }
    leave(&e);
}
