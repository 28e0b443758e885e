/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Included before everything else into the kernel's arch/um/drivers/virtio_uml.c, by the command line of make.
 *
 * virtio_uml calls virtqueues in the interrupt itself, but virtio_rpmsg_bus sleeps in there. Drivers of real remote
 * processors call it from a thread; so does this: the interrupt queues a work item for its virtqueue.
 *
 * No locks: the kernel runs on one processor without preemption. The table is written by setup (an interrupt only
 * looks up what is there, or adds what is not) and by removal, after which the virtqueue interrupts no more.
 */
#include <linux/interrupt.h>
#include <linux/virtio.h>
#include <linux/virtio_ring.h>
#include <linux/workqueue.h>

#define VU_DEFER_QUEUES 64

struct vu_deferred {
	struct virtqueue *vq;
	struct work_struct work;
};

static struct vu_deferred vu_deferred[VU_DEFER_QUEUES];

static void vu_defer_work(struct work_struct *work)
{
	struct vu_deferred *entry = container_of(work, struct vu_deferred, work);

	if (entry->vq)
		vring_interrupt(0, entry->vq);
}

static irqreturn_t vu_defer_interrupt(int irq, void *opaque)
{
	struct vu_deferred *unused = NULL;
	int i;

	for (i = 0; i < VU_DEFER_QUEUES; i++) {
		if (vu_deferred[i].vq == opaque) {
			schedule_work(&vu_deferred[i].work);
			return IRQ_HANDLED;
		}
		if (!unused && !vu_deferred[i].vq)
			unused = &vu_deferred[i];
	}

	/* More queues than any test has: say so rather than call a driver that may sleep. */
	if (WARN_ONCE(!unused, "vu_defer.h: more than %d virtqueues\n", VU_DEFER_QUEUES))
		return IRQ_NONE;

	INIT_WORK(&unused->work, vu_defer_work);
	unused->vq = opaque;
	schedule_work(&unused->work);
	return IRQ_HANDLED;
}

static void vu_defer_del_virtqueue(struct virtqueue *vq)
{
	int i;

	for (i = 0; i < VU_DEFER_QUEUES; i++) {
		if (vu_deferred[i].vq == vq) {
			cancel_work_sync(&vu_deferred[i].work);
			vu_deferred[i].vq = NULL;
		}
	}

	vring_del_virtqueue(vq);
}

/* From here on the included file calls these in place of the kernel's. */
#define vring_interrupt vu_defer_interrupt
#define vring_del_virtqueue vu_defer_del_virtqueue
