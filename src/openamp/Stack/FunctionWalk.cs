// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using OpenAmp.Remoteproc;
using OpenAmp.Tool.Output;

namespace OpenAmp.Tool.Stack;

/// <summary>Follows all ways through a function and knows at each instruction how deep the stack is.</summary>
internal sealed class FunctionWalk
{
    /// <summary>How often the same instruction may be met with a deeper stack before that counts as no end: the
    /// compiler makes room for stackalloc in a loop, 8 or 16 bytes each time, whose count it sets right before.
    /// </summary>
    private const int MaxDeeper = 2048;

    private readonly CodeImage _image;
    private readonly Func<ulong, bool> _returns;
    private readonly StackFunction _function;
    private readonly Stack<StackState> _open = new();
    private readonly Dictionary<ulong, (long Depth, int Times)> _seen = [];
    private long? _table;

    private FunctionWalk(CodeImage image, ulong place, Func<ulong, bool> returns)
    {
        _image = image;
        _returns = returns;
        _function = new(place);
    }

    /// <summary>Walks through a function.</summary>
    /// <param name="image">The code.</param>
    /// <param name="place">Where the function begins.</param>
    /// <param name="returns">Whether another function comes back.</param>
    /// <exception cref="FirmwareException">The depth of its stack cannot be told.</exception>
    public static StackFunction Through(CodeImage image, ulong place, Func<ulong, bool> returns)
    {
        var walk = new FunctionWalk(image, place, returns);
        walk._open.Push(new(place, 0, 0, null, ImmutableDictionary<int, StackValue>.Empty));
        do
        {
            while (walk._open.TryPop(out StackState state))
            {
                walk.Step(state);
            }
        }
        while (walk.TryFindTableTarget());
        return walk._function;
    }

    private void Step(StackState state)
    {
        if (state.Place != _function.Place && _image.IsFunction(state.Place))
        {
            // A jump at the end, or running on into the next function: what returns from there returns from here.
            Call(state.Place, state);
            _function.Returns |= _returns(state.Place);
            return;
        }

        if (_seen.TryGetValue(state.Place, out (long Depth, int Times) seen)
            && (state.Depth <= seen.Depth || Deeper(state.Place, seen.Times)))
        {
            return;
        }

        _seen[state.Place] = (state.Depth, seen.Times + 1);
        StackStep step = _image.Decode(state.Place);
        bool isConditional = step.IsConditional || state.ConditionalCount > 0;
        StackState after = Apply(step, state, isConditional);
        _function.UsesFloat |= step.UsesFloat;
        _function.OwnBytes = Math.Max(_function.OwnBytes, after.Depth);
        _function.LongestStepBytes = Math.Max(_function.LongestStepBytes, after.Depth - state.Depth);
        if (Goes(step, after, state) || isConditional)
        {
            _open.Push(after);
        }
    }

    private bool Deeper(ulong place, int times) => times > MaxDeeper
        ? throw Unknown(place, "the stack grows each time round a loop") : false;

    /// <summary>Follows a jump or a call.</summary>
    /// <returns>Whether the next instruction runs after it.</returns>
    private bool Goes(StackStep step, StackState after, StackState before)
    {
        ulong mode = _image.Is64 ? 0 : (_function.Place & 1) ^ (step.ChangesSet ? 1UL : 0);
        ulong target = step.Target | mode;
        switch (step.Flow)
        {
            case StackFlow.Jump or StackFlow.Branch:
                bool? isTaken = step.TakenIfZero is { } wanted && before.Zero is { } known ? wanted == known : null;
                if (isTaken != false)
                {
                    _open.Push(after with { Place = target, ConditionalCount = 0 });
                }

                return step.Flow == StackFlow.Branch && isTaken != true;
            case StackFlow.Call:
                Call(target, after with { Place = before.Place });
                return _returns(target);
            case StackFlow.IndirectCall or StackFlow.IndirectJump:
                return GoesByRegister(step, after with { Place = before.Place }, before.Registers);
            case StackFlow.Return:
                _function.Returns = true;
                return false;
            default:
                return step.Flow == StackFlow.Next;
        }
    }

    private bool GoesByRegister(
        StackStep step, StackState after, ImmutableDictionary<int, StackValue> registers)
    {
        ulong? callee = registers.TryGetValue(step.Register, out StackValue value) && !value.IsStack
            && _image.IsFunction(unchecked((ulong)value.Number)) ? unchecked((ulong)value.Number) : null;
        if (callee is null && step.Flow == StackFlow.IndirectJump && after.Depth > 0)
        {
            // The branches of a switch: they are in this function, and the stack is as deep there.
            _table = Math.Max(_table ?? 0, after.Depth);
            return false;
        }

        Call(callee, after);
        bool comesBack = callee is null || _returns(callee.Value);
        _function.Returns |= step.Flow == StackFlow.IndirectJump && comesBack;
        return step.Flow == StackFlow.IndirectCall && comesBack;
    }

    private void Call(ulong? callee, StackState state)
        => _function.Calls.Add(new(callee, state.Place, state.Depth));

    // All of the function that nothing else led to; only where it has jumps through a table.
    private bool TryFindTableTarget()
    {
        if (_table is not { } depth)
        {
            return false;
        }

        ulong end = _image.EndOf(_function.Place);
        ulong mode = _image.Is64 ? 0 : _function.Place & 1;
        for (ulong address = _function.Place & ~1UL; address < end;)
        {
            ulong place = address | mode;
            if (!_seen.ContainsKey(place))
            {
                _open.Push(new(place, depth, 0, null, ImmutableDictionary<int, StackValue>.Empty));
                return true;
            }

            address += (ulong)_image.Decode(place).LengthBytes;
        }

        return false;
    }

    private StackState Apply(StackStep step, StackState before, bool isConditional)
    {
        long depth = before.Depth;
        ImmutableDictionary<int, StackValue> old = before.Registers;
        ImmutableDictionary<int, StackValue> registers = Forget(step, old);
        _ = old.TryGetValue(step.Effect == StackEffect.Add ? step.Source : step.Register, out StackValue value);
        bool? zero = null;
        bool isKnown = old.ContainsKey(step.Effect == StackEffect.Add ? step.Source : step.Register);
        switch (step.Effect)
        {
            case StackEffect.Move:
                depth -= step.Number;
                break;
            case StackEffect.MinusRegister or StackEffect.PlusRegister when isKnown && !value.IsStack:
                long number = _image.Is64 ? value.Number : unchecked((int)value.Number);
                depth += step.Effect == StackEffect.MinusRegister ? number : -number;
                break;
            case StackEffect.FromRegister when isKnown && value.IsStack:
                depth = value.Number - step.Number;
                break;
            case StackEffect.FromRegister or StackEffect.MinusRegister or StackEffect.PlusRegister
                or StackEffect.Unknown:
                throw Unknown(before.Place, "it sets the stack pointer to what is known only when it runs "
                    + "(stackalloc of a length that is no constant?)");
            case StackEffect.ToRegister:
                registers = registers.SetItem(step.Register, new(true, depth - step.Number));
                break;
            case StackEffect.Constant:
                registers = registers.SetItem(step.Register, new(false, step.Number));
                break;
            case StackEffect.Part when isKnown && !value.IsStack:
                long others = value.Number & ~(0xFFFFL << step.Shift);
                registers = registers.SetItem(step.Register, new(false, others | (step.Number << step.Shift)));
                break;
            case StackEffect.Add when isKnown:
                long sum = unchecked(value.Number + (value.IsStack ? -step.Number : step.Number));
                sum = _image.Is64 || value.IsStack ? sum : unchecked((uint)sum);
                registers = registers.SetItem(step.Register, value with { Number = sum });
                zero = step.SetsZero && !value.IsStack && !isConditional ? sum == 0 : null;
                break;
        }

        foreach (StackValue taken in registers.Values.Where(
            taken => !taken.IsStack && _image.IsTakeable(unchecked((ulong)taken.Number))))
        {
            _ = _function.Taken.Add(unchecked((ulong)taken.Number));
        }

        // Under a condition, what makes the stack less deep may not happen.
        return new(
            before.Place + (ulong)step.LengthBytes,
            isConditional ? Math.Max(depth, before.Depth) : depth,
            step.ConditionalCount > 0 ? step.ConditionalCount : Math.Max(0, before.ConditionalCount - 1),
            zero,
            registers);
    }

    private ImmutableDictionary<int, StackValue> Forget(StackStep step, ImmutableDictionary<int, StackValue> registers)
    {
        bool isCall = step.Flow is StackFlow.Call or StackFlow.IndirectCall;
        // After a call: the registers that the called function need not keep.
        return registers.RemoveRange(registers.Keys.Where(register => isCall
            ? (_image.Is64 ? register is < 19 or 30 : register is < 4 or 12 or 14)
            : ((step.Written >> register) & 1) != 0 && step.Flow == StackFlow.Next));
    }

    private FirmwareException Unknown(ulong place, string why)
        => new($"the stack of {_image.NameOf(_function.Place)} cannot be told: at {Quantity.Hex(place & ~1UL)}, {why}");
}
