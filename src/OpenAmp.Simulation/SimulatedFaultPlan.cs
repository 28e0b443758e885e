// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace OpenAmp.Simulation;

/// <summary>When something goes wrong, and what. Open to every thread; may be changed while the processor is in
/// use.</summary>
public sealed class SimulatedFaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<(SimulatedStep Step, SimulatedFault Fault, int From, int Count)> _entries = [];
    private readonly Dictionary<SimulatedStep, int> _seen = [];
    private readonly Random? _random;
    private readonly double _probability;
    private readonly SimulatedFault[] _choice = [];

    /// <summary>A plan in which nothing goes wrong until something is added.</summary>
    public SimulatedFaultPlan()
    {
    }

    /// <summary>A plan in which things go wrong by chance: the same seed and the same order of steps give the same
    /// faults.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="probability">How often a step goes wrong, 0 to 1.</param>
    /// <param name="choice">What goes wrong, each as often as the others.</param>
    public SimulatedFaultPlan(int seed, double probability, params SimulatedFault[] choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentOutOfRangeException.ThrowIfZero(choice.Length, nameof(choice));
        ArgumentOutOfRangeException.ThrowIfLessThan(probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        _random = new Random(seed);
        _probability = probability;
        _choice = [.. choice];
    }

    /// <summary>Makes a step go wrong.</summary>
    /// <param name="step">The step.</param>
    /// <param name="fault">What goes wrong.</param>
    /// <param name="skip">How many times from now on it goes well first.</param>
    /// <param name="count">How many times it goes wrong then.</param>
    /// <returns>This plan.</returns>
    public SimulatedFaultPlan Add(SimulatedStep step, SimulatedFault fault, int skip = 0, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        lock (_lock)
        {
            _entries.Add((step, fault, _seen.GetValueOrDefault(step) + skip, count));
        }

        return this;
    }

    /// <summary>From now on nothing goes wrong.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            IsOver = true;
        }
    }

    /// <summary>How often a step was reached.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The number.</returns>
    public int CountOf(SimulatedStep step)
    {
        lock (_lock)
        {
            return _seen.GetValueOrDefault(step);
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "A seed gives the same faults again: that is wanted.")]
    internal SimulatedFault Next(SimulatedStep step)
    {
        lock (_lock)
        {
            int number = _seen.GetValueOrDefault(step);
            _seen[step] = number + 1;
            foreach ((SimulatedStep at, SimulatedFault fault, int from, int count) in _entries)
            {
                if (at == step && number >= from && number - from < count)
                {
                    return fault;
                }
            }

            return !IsOver && _random is not null && _random.NextDouble() < _probability
                ? _choice[_random.Next(_choice.Length)]
                : default;
        }
    }

    private bool IsOver { get; set; }
}
