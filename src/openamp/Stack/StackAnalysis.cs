// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Stack;

/// <summary>Computes how deep the stacks of a linked firmware can become.</summary>
/// <remarks>What runs on which stack is as in the start files, firmware/boards/cores.</remarks>
internal sealed class StackAnalysis
{
    private static readonly string[] FaultVectors = ["undefined", "prefetch", "data", "unexpected"];

    // Armv7-M and Armv8-M: eight words, and where the thread has used floating point, eighteen more; one for alignment.
    private const long FrameBytes = 32 + 4;
    private const long FloatFrameBytes = 104 + 4;

    private readonly CodeImage _image;
    private readonly CallGraph _graph;
    private readonly List<string> _errors = [];
    private readonly List<StackBound> _stacks = [];

    private StackAnalysis(CodeImage image)
    {
        _image = image;
        _graph = new(image);
    }

    /// <summary>Analyses a firmware.</summary>
    /// <param name="image">It.</param>
    /// <param name="threadLimitBytes">What the thread's stack may take where that is less than what is set aside.
    /// </param>
    public static StackReport Of(CodeImage image, long? threadLimitBytes = null)
    {
        var analysis = new StackAnalysis(image);
        try
        {
            analysis.Run(threadLimitBytes);
        }
        catch (FirmwareException exception)
        {
            analysis._errors.Add(exception.Message);
        }

        IEnumerable<string> indirect = analysis._graph.Functions
            .Where(function => function.Calls.Any(call => call.Callee is null))
            .Select(function => image.NameOf(function.Place));
        return new(
            analysis._stacks, [.. indirect.Distinct().Order(StringComparer.Ordinal)], analysis._errors);
    }

    private void Run(long? threadLimitBytes)
    {
        ulong main = Need("openamp_main");
        long? thread = Between("__stack_low", "__stack_high");
        thread = threadLimitBytes is { } limit ? Math.Min(limit, thread ?? limit) : thread;
        long? handlers = Between("__handler_stack_low", "__handler_stack_high");
        if (_image.Is64)
        {
            // Each vector has 128 bytes; the second one is an interrupt of a thread, all others are faults. A fault
            // of a handler is reported on the handlers' stack.
            ulong vectors = Need("openamp_vectors");
            _graph.Reach([main, vectors, vectors + 128]);
            Bound("thread", thread, [], [main]);
            Bound("handlers", handlers, [], [vectors + 128], [vectors]);
        }
        else if (_image.Find("openamp_vector_interrupt") is { } interrupt)
        {
            ulong[] faults = [.. FaultVectors.Select(name => Need("openamp_vector_" + name))];
            _graph.Reach([main, interrupt, .. faults]);
            long? upper = (long?)_image.Find("openamp_fault_stack_bytes");
            Bound("thread", thread, [], [main]);
            Bound("interrupts", handlers - upper, [], [interrupt]);
            Bound("faults", upper, [], faults);
        }
        else
        {
            ulong[] handling = [Need("openamp_interrupt"), Need("openamp_trap")];
            _graph.Reach([main, .. handling]);
            var frame = new StackFrame("exception", _graph.Functions.Any(function => function.UsesFloat)
                ? FloatFrameBytes : FrameBytes);
            Bound("thread", thread, [frame], [main]);
            // An interrupt does not interrupt another, as all have the same priority; a fault does.
            Bound("handlers", handlers, [frame], [handling[0]], [handling[1]]);
        }

        CheckGuard();
    }

    // The deepest of each group, one on top of the other.
    private void Bound(string stack, long? reserved, StackFrame[] extra, params ulong[][] groups)
    {
        var chain = new List<StackFrame>();
        long bytes = extra.Sum(frame => frame.Bytes);
        foreach (ulong[] group in groups)
        {
            ulong deepest = group.MaxBy(_graph.DepthOf);
            bytes += _graph.DepthOf(deepest);
            chain.AddRange(chain.Count > 0 ? extra : []);
            chain.AddRange(_graph.ChainOf(deepest));
        }

        chain.AddRange(groups.Length == 1 ? extra : []);
        _stacks.Add(new(stack, bytes, reserved, chain));
        if (bytes > reserved)
        {
            string property = stack == "thread" ? "FirmwareStackBytes" : "FirmwareHandlerStackBytes";
            _errors.Add(FormattableString.Invariant(
                $"the stack '{stack}' takes up to {bytes} bytes, and {reserved} are set aside: make calls less deep, ")
                + FormattableString.Invariant($"or {property} larger. Deepest: {Text(chain)}"));
        }
    }

    // A stack that overflows is noticed in the page below it, unless a function leaps over that.
    private void CheckGuard()
    {
        long? guard = Between("__stack_guard", "__stack_low");
        foreach (StackFunction function in _graph.Functions.Where(function => function.LongestStepBytes > guard))
        {
            _errors.Add(FormattableString.Invariant(
                $"{_image.NameOf(function.Place)} takes {function.LongestStepBytes} bytes of stack at once, and the ")
                + FormattableString.Invariant($"guard below it has {guard}: an overflow would not be noticed; ")
                + "put large locals into static fields");
        }
    }

    private static string Text(IEnumerable<StackFrame> chain)
        => string.Join(" > ", chain.Select(frame => FormattableString.Invariant($"{frame.Function} {frame.Bytes}")));

    private long? Between(string low, string high)
        => _image.Find(low) is { } start && _image.Find(high) is { } end ? (long)(end - start) : null;

    private ulong Need(string name) => _image.Find(name) ?? throw new FirmwareException(
        $"the file has no symbol '{name}', from which the analysis begins: it is no firmware of this library, or "
        + "stripped");
}
