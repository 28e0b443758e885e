// SPDX-License-Identifier: BSD-3-Clause

using System.Collections.Generic;
using System.Linq;
using OpenAmp.Remoteproc;

namespace OpenAmp.Tool.Stack;

/// <summary>Which function calls which, and how deep the stack becomes below each.</summary>
internal sealed class CallGraph
{
    /// <summary>Calls one inside the other: far more than a firmware's stack has room for.</summary>
    private const int MaxDepth = 1000;

    private readonly CodeImage _image;
    private readonly Dictionary<ulong, StackFunction> _functions = [];
    private readonly HashSet<ulong> _walking = [];
    private readonly Dictionary<ulong, (long Bytes, StackCall? Deepest)> _depths = [];
    private readonly List<ulong> _chain = [];
    private readonly HashSet<ulong> _takeable;

    /// <summary>Begins a graph.</summary>
    public CallGraph(CodeImage image)
    {
        _image = image;
        _takeable = [.. image.StoredFunctions()];
    }

    /// <summary>All functions that were reached.</summary>
    public IReadOnlyCollection<StackFunction> Functions => _functions.Values;

    /// <summary>Finds all that can run from some functions on; first for all of them, then ask for depths.</summary>
    /// <exception cref="FirmwareException">The depth of a function's stack cannot be told.</exception>
    public void Reach(IEnumerable<ulong> places)
    {
        var open = new Stack<ulong>(places);
        while (open.TryPop(out ulong place))
        {
            if (_depths.TryAdd(place, default))
            {
                StackFunction function = Walk(place);
                IEnumerable<ulong> next = function.Calls.Where(call => call.Callee is not null)
                    .Select(call => call.Callee!.Value);
                bool isIndirect = function.Calls.Any(call => call.Callee is null);
                _takeable.UnionWith(function.Taken);
                foreach (ulong callee in isIndirect ? next.Concat(_takeable) : next)
                {
                    open.Push(callee);
                }
            }
        }

        // A function may be taken after the first indirect call was met.
        if (Functions.Any(function => function.Calls.Any(call => call.Callee is null))
            && _takeable.Any(place => !_depths.ContainsKey(place)))
        {
            Reach([.. _takeable]);
        }

        _depths.Clear();
    }

    /// <summary>The most that a function and all that it calls have on the stack.</summary>
    /// <exception cref="FirmwareException">It calls itself, or somebody unknown.</exception>
    public long DepthOf(ulong place)
    {
        if (_depths.TryGetValue(place, out (long Bytes, StackCall? Deepest) known))
        {
            return known.Bytes;
        }

        int before = _chain.IndexOf(place);
        if (before >= 0 || _chain.Count > MaxDepth)
        {
            IEnumerable<string> cycle = _chain.Skip(before).Append(place).Select(_image.NameOf);
            throw new FirmwareException($"there is no bound, because functions call each other in a circle: "
                + $"{string.Join(" > ", cycle)}; write a loop instead");
        }

        _chain.Add(place);
        StackFunction function = Walk(place);
        (long Bytes, StackCall? Deepest) depth = (function.OwnBytes, null);
        foreach (StackCall call in function.Calls.SelectMany(Possible))
        {
            long bytes = call.DepthBytes + DepthOf(call.Callee!.Value);
            depth = bytes > depth.Bytes ? (bytes, call) : depth;
        }

        _chain.RemoveAt(_chain.Count - 1);
        _depths[place] = depth;
        return depth.Bytes;
    }

    /// <summary>The deepest calls from a function on, after <see cref="DepthOf"/>.</summary>
    public IEnumerable<StackFrame> ChainOf(ulong place)
    {
        while (_depths[place].Deepest is { } call)
        {
            yield return new(_image.NameOf(place), call.DepthBytes);
            place = call.Callee!.Value;
        }

        yield return new(_image.NameOf(place), _depths[place].Bytes);
    }

    /// <summary>What a function is like.</summary>
    public StackFunction Walk(ulong place)
    {
        if (!_functions.TryGetValue(place, out StackFunction? function))
        {
            _ = _walking.Add(place);
            // Who is asked about while it is walked through is in a circle: it returns, or else the program never ends.
            function = FunctionWalk.Through(
                _image, place, other => _walking.Contains(other) || Walk(other).Returns);
            _ = _walking.Remove(place);
            _functions[place] = function;
        }

        return function;
    }

    // An indirect call may go to every function whose address something has.
    private IEnumerable<StackCall> Possible(StackCall call)
    {
        if (call.Callee is not null)
        {
            return [call];
        }

        return _takeable.Count > 0 ? _takeable.Select(place => call with { Callee = place })
            : throw new FirmwareException($"there is no bound, because {_image.NameOf(call.Caller)} calls what a "
                + "register points to, and the image has the address of no function; call it directly, or set "
                + "FirmwareStackIsChecked to false in the project");
    }
}
