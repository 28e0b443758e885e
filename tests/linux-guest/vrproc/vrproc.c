// SPDX-License-Identifier: GPL-2.0
/*
 * A remoteproc driver whose processor is a program of the host: a virtio device of the private id 0xF0F7, presented by
 * vhost-user. A test fixture; see ../NOTE.md.
 *
 * The processor's memory is one block of the guest's, which the program sees as it sees all of the guest's memory.
 * Virtqueue 0 carries messages to the program, virtqueue 1 from it; all are of 32 bytes, little-endian:
 *
 *   HELLO   a = address of the memory in the guest, b = the processor's address of it, c = its size in bytes.
 *           The ACK has b = 1 when the processor runs already, and then c = offset of its resource table in the memory
 *           and, in the upper half, the table's size.
 *   START   a = entry address of the image, b = offset of the loaded resource table (all ones: none), c = its size.
 *   STOP, ATTACH, DETACH
 *   ACK     from the program, for each of these: seq is the message's, a = 0 or a negative error number.
 *   KICK    both ways: a = a bit for each notification id. At most one is under way to the program; what is kicked
 *           meanwhile is in the next.
 *   CRASH   from the program: a = enum rproc_crash_type.
 */
#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/remoteproc.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/workqueue.h>
#include "remoteproc_internal.h"

#define VRPROC_VIRTIO_ID 0xF0F7
#define VRPROC_RECEIVE_BUFFERS 16
#define VRPROC_NOTIFY_IDS 64

enum vrproc_op {
	VRPROC_HELLO, VRPROC_START, VRPROC_STOP, VRPROC_KICK, VRPROC_ATTACH, VRPROC_DETACH, VRPROC_CRASH, VRPROC_ACK,
};

struct vrproc_message {
	__le32 op, seq;
	__le64 a, b, c;
};

struct vrproc_answer {
	s64 status;
	u64 b, c;
};

static uint mem_da = 0x10000000;
module_param(mem_da, uint, 0444);
MODULE_PARM_DESC(mem_da, "the processor's address of its memory");

static uint mem_len = 0x100000;
module_param(mem_len, uint, 0444);
MODULE_PARM_DESC(mem_len, "the size of its memory in bytes");

static uint answer_ms = 5000;
module_param(answer_ms, uint, 0644);
MODULE_PARM_DESC(answer_ms, "how long the program may take to answer");

static char *firmware = "openamp-fw.elf";
module_param(firmware, charp, 0444);
MODULE_PARM_DESC(firmware, "the name of its firmware until another is written to sysfs");

struct vrproc {
	struct virtio_device *vdev;
	struct virtqueue *to_remote, *from_remote;
	struct rproc *rproc;
	void *memory;
	dma_addr_t memory_dma;
	u64 table;			/* of a processor that ran before: offset, and size in the upper half */

	spinlock_t lock;		/* of all below but call_turn, and of both virtqueues */
	bool removing;
	u64 kicks_to_remote;		/* not sent yet */
	u64 kicks_from_remote;		/* not passed on yet */
	bool kick_in_flight, call_in_flight;
	u32 seq;			/* of the last call */
	struct vrproc_answer answer;
	struct vrproc_message kick, call, received[VRPROC_RECEIVE_BUFFERS];

	struct mutex call_turn;
	struct completion answered;
	struct work_struct kick_work;
};

static struct vrproc *vrproc_of(struct rproc *rproc)
{
	return *(struct vrproc **)rproc->priv;
}

/* Takes back what the program has read. */
static void vrproc_reclaim(struct vrproc *v)
{
	struct vrproc_message *message;
	unsigned int length;

	while ((message = virtqueue_get_buf(v->to_remote, &length))) {
		if (message == &v->kick)
			v->kick_in_flight = false;
		else
			v->call_in_flight = false;
	}
}

static int vrproc_send(struct vrproc *v, struct vrproc_message *message)
{
	struct scatterlist sg;
	int rc;

	sg_init_one(&sg, message, sizeof(*message));
	rc = virtqueue_add_outbuf(v->to_remote, &sg, 1, message, GFP_ATOMIC);
	if (!rc)
		virtqueue_kick(v->to_remote);
	return rc;
}

static void vrproc_send_kicks(struct vrproc *v)
{
	if (!v->kicks_to_remote || v->kick_in_flight)
		return;
	v->kick.op = cpu_to_le32(VRPROC_KICK);
	v->kick.a = cpu_to_le64(v->kicks_to_remote);
	if (vrproc_send(v, &v->kick))
		return;		/* broken: nobody is there to be kicked */
	v->kick_in_flight = true;
	v->kicks_to_remote = 0;
}

/* Asks the program for something and waits for its answer. */
static int vrproc_call(struct vrproc *v, u32 op, u64 a, u64 b, u64 c, struct vrproc_answer *answer)
{
	unsigned long flags;
	int rc = -EBUSY;

	mutex_lock(&v->call_turn);
	reinit_completion(&v->answered);
	spin_lock_irqsave(&v->lock, flags);
	vrproc_reclaim(v);
	if (!v->call_in_flight) {
		v->call = (struct vrproc_message) {
			.op = cpu_to_le32(op), .seq = cpu_to_le32(++v->seq),
			.a = cpu_to_le64(a), .b = cpu_to_le64(b), .c = cpu_to_le64(c),
		};
		rc = vrproc_send(v, &v->call);
		v->call_in_flight = !rc;
	}
	spin_unlock_irqrestore(&v->lock, flags);

	if (!rc && !wait_for_completion_timeout(&v->answered, msecs_to_jiffies(answer_ms)))
		rc = -ETIMEDOUT;

	spin_lock_irqsave(&v->lock, flags);
	if (!rc) {
		rc = v->answer.status;
		if (answer)
			*answer = v->answer;
	} else {
		v->seq++;	/* an answer that is late is none */
	}
	spin_unlock_irqrestore(&v->lock, flags);
	mutex_unlock(&v->call_turn);
	return rc;
}

/* Passes kicks on in a thread: the driver behind them may sleep, for seconds, and answers must be heard meanwhile. */
static void vrproc_pass_kicks(struct work_struct *work)
{
	struct vrproc *v = container_of(work, struct vrproc, kick_work);
	unsigned long flags;
	u64 kicks;
	int id;

	spin_lock_irqsave(&v->lock, flags);
	kicks = v->kicks_from_remote;
	v->kicks_from_remote = 0;
	spin_unlock_irqrestore(&v->lock, flags);

	for (id = 0; id < VRPROC_NOTIFY_IDS; id++)
		if (kicks & BIT_ULL(id))
			rproc_vq_interrupt(v->rproc, id);
}

static void vrproc_take(struct vrproc *v, const struct vrproc_message *message)
{
	switch (le32_to_cpu(message->op)) {
	case VRPROC_KICK:
		if (v->rproc && !v->removing) {
			v->kicks_from_remote |= le64_to_cpu(message->a);
			schedule_work(&v->kick_work);
		}
		break;
	case VRPROC_CRASH:
		if (v->rproc && !v->removing)
			rproc_report_crash(v->rproc, le64_to_cpu(message->a));
		break;
	case VRPROC_ACK:
		if (le32_to_cpu(message->seq) == v->seq) {
			v->answer.status = (s64)le64_to_cpu(message->a);
			v->answer.b = le64_to_cpu(message->b);
			v->answer.c = le64_to_cpu(message->c);
			complete(&v->answered);
		}
		break;
	default:
		dev_err(&v->vdev->dev, "unknown message %u from the remote\n", le32_to_cpu(message->op));
	}
}

static void vrproc_give_buffer(struct vrproc *v, struct vrproc_message *message)
{
	struct scatterlist sg;

	sg_init_one(&sg, message, sizeof(*message));
	virtqueue_add_inbuf(v->from_remote, &sg, 1, message, GFP_ATOMIC);
}

static void vrproc_receive(struct virtqueue *vq)
{
	struct vrproc *v = vq->vdev->priv;
	struct vrproc_message *message;
	unsigned long flags;
	unsigned int length;

	spin_lock_irqsave(&v->lock, flags);
	while ((message = virtqueue_get_buf(v->from_remote, &length))) {
		if (length >= sizeof(*message))
			vrproc_take(v, message);
		else
			dev_err(&v->vdev->dev, "a message of %u bytes from the remote\n", length);
		vrproc_give_buffer(v, message);
	}
	virtqueue_kick(v->from_remote);
	spin_unlock_irqrestore(&v->lock, flags);
}

static void vrproc_sent(struct virtqueue *vq)
{
	struct vrproc *v = vq->vdev->priv;
	unsigned long flags;

	spin_lock_irqsave(&v->lock, flags);
	vrproc_reclaim(v);
	vrproc_send_kicks(v);
	spin_unlock_irqrestore(&v->lock, flags);
}

static int vrproc_prepare(struct rproc *rproc)
{
	struct vrproc *v = vrproc_of(rproc);
	struct rproc_mem_entry *entry;

	entry = rproc_mem_entry_init(&rproc->dev, v->memory, v->memory_dma, mem_len, mem_da, NULL, NULL, "ddr");
	if (!entry)
		return -ENOMEM;
	rproc_add_carveout(rproc, entry);
	return rproc_coredump_add_segment(rproc, mem_da, mem_len);
}

static int vrproc_start(struct rproc *rproc)
{
	struct vrproc *v = vrproc_of(rproc);
	u64 offset = ~0ull;

	if ((void *)rproc->table_ptr >= v->memory && (void *)rproc->table_ptr < v->memory + mem_len)
		offset = (void *)rproc->table_ptr - v->memory;
	return vrproc_call(v, VRPROC_START, rproc->bootaddr, offset, rproc->table_sz, NULL);
}

static int vrproc_stop(struct rproc *rproc)
{
	struct vrproc *v = vrproc_of(rproc);

	if (virtqueue_is_broken(v->to_remote))
		return 0;	/* the program has gone: nothing runs any more */
	return vrproc_call(v, VRPROC_STOP, 0, 0, 0, NULL);
}

static int vrproc_attach(struct rproc *rproc)
{
	return vrproc_call(vrproc_of(rproc), VRPROC_ATTACH, 0, 0, 0, NULL);
}

static int vrproc_detach(struct rproc *rproc)
{
	return vrproc_call(vrproc_of(rproc), VRPROC_DETACH, 0, 0, 0, NULL);
}

static void vrproc_kick(struct rproc *rproc, int id)
{
	struct vrproc *v = vrproc_of(rproc);
	unsigned long flags;

	if (id < 0 || id >= VRPROC_NOTIFY_IDS) {
		dev_err(&rproc->dev, "notification id %d is not below %d\n", id, VRPROC_NOTIFY_IDS);
		return;
	}
	spin_lock_irqsave(&v->lock, flags);
	v->kicks_to_remote |= BIT_ULL(id);
	vrproc_reclaim(v);
	vrproc_send_kicks(v);
	spin_unlock_irqrestore(&v->lock, flags);
}

static struct resource_table *vrproc_loaded_table(struct rproc *rproc, size_t *size)
{
	struct vrproc *v = vrproc_of(rproc);
	u32 offset = lower_32_bits(v->table);

	*size = upper_32_bits(v->table);
	if (offset > mem_len || *size > mem_len - offset)
		return ERR_PTR(-EINVAL);
	return *size ? v->memory + offset : NULL;
}

static const struct rproc_ops vrproc_ops = {
	.prepare = vrproc_prepare, .start = vrproc_start, .stop = vrproc_stop, .kick = vrproc_kick,
	.attach = vrproc_attach, .detach = vrproc_detach, .get_loaded_rsc_table = vrproc_loaded_table,
};

static int vrproc_add(struct vrproc *v, bool running)
{
	struct rproc *rproc = rproc_alloc(v->vdev->dev.parent, "vrproc", &vrproc_ops, firmware, sizeof(v));
	int rc;

	if (!rproc)
		return -ENOMEM;
	*(struct vrproc **)rproc->priv = v;
	v->rproc = rproc;
	rproc->auto_boot = running;
	if (running)
		rproc->state = RPROC_DETACHED;
	rproc_coredump_set_elf_info(rproc, ELFCLASS32, EM_NONE);
	rc = rproc_add(rproc);
	if (rc) {
		v->removing = true;
		rproc_free(rproc);
	}
	return rc;
}

static int vrproc_probe(struct virtio_device *vdev)
{
	vq_callback_t *callbacks[] = { vrproc_sent, vrproc_receive };
	static const char * const names[] = { "to-remote", "from-remote" };
	struct vrproc_answer hello;
	struct virtqueue *vqs[2];
	struct vrproc *v;
	int i, rc;

	v = kzalloc(sizeof(*v), GFP_KERNEL);
	if (!v)
		return -ENOMEM;
	v->vdev = vdev;
	vdev->priv = v;
	spin_lock_init(&v->lock);
	mutex_init(&v->call_turn);
	init_completion(&v->answered);
	INIT_WORK(&v->kick_work, vrproc_pass_kicks);
	v->memory = dma_alloc_coherent(vdev->dev.parent, mem_len, &v->memory_dma, GFP_KERNEL);
	if (!v->memory) {
		rc = -ENOMEM;
		goto free;
	}
	rc = virtio_find_vqs(vdev, ARRAY_SIZE(vqs), vqs, callbacks, names, NULL);
	if (rc)
		goto free_memory;
	v->to_remote = vqs[0];
	v->from_remote = vqs[1];
	for (i = 0; i < VRPROC_RECEIVE_BUFFERS; i++)
		vrproc_give_buffer(v, &v->received[i]);
	virtio_device_ready(vdev);
	virtqueue_kick(v->from_remote);
	rc = vrproc_call(v, VRPROC_HELLO, v->memory_dma, mem_da, mem_len, &hello);
	if (!rc) {
		v->table = hello.c;
		rc = vrproc_add(v, hello.b & 1);
	}
	if (!rc)
		return 0;

	dev_err(&vdev->dev, "the remote cannot be used: %d\n", rc);
	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
	cancel_work_sync(&v->kick_work);
free_memory:
	dma_free_coherent(vdev->dev.parent, mem_len, v->memory, v->memory_dma);
free:
	kfree(v);
	return rc;
}

static void vrproc_remove(struct virtio_device *vdev)
{
	struct vrproc *v = vdev->priv;
	unsigned long flags;

	rproc_del(v->rproc);		/* stops it, for which answers must still be heard */
	spin_lock_irqsave(&v->lock, flags);
	v->removing = true;
	spin_unlock_irqrestore(&v->lock, flags);
	cancel_work_sync(&v->kick_work);
	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
	rproc_free(v->rproc);
	dma_free_coherent(vdev->dev.parent, mem_len, v->memory, v->memory_dma);
	kfree(v);
}

static struct virtio_device_id vrproc_ids[] = { { VRPROC_VIRTIO_ID, VIRTIO_DEV_ANY_ID }, { 0 } };
MODULE_DEVICE_TABLE(virtio, vrproc_ids);

static struct virtio_driver vrproc_driver = {
	.driver.name = KBUILD_MODNAME,
	.driver.owner = THIS_MODULE,
	.id_table = vrproc_ids,
	.probe = vrproc_probe,
	.remove = vrproc_remove,
};
module_virtio_driver(vrproc_driver);

MODULE_DESCRIPTION("A remote processor that is a program of the host");
MODULE_LICENSE("GPL");
