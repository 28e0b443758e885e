// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using SharpFuzz;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Breeds inputs for one target: those that take a new branch are kept and changed further.</summary>
/// <remarks>One thread, so that a seed always gives the same inputs in the same order. It ends at the first failure,
/// which it tries to make shorter.</remarks>
internal sealed class FuzzCampaign
{
    // A run that has not ended by then never will.
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(20);

    private readonly FuzzTarget _target;
    private readonly FuzzOptions _options;
    private readonly ReadOnlySpanAction _run;
    private readonly CoverageMap _map = new();
    private readonly List<byte[]> _corpus = [];
    private readonly Mutator _mutator;
    private readonly FuzzRandom _random;

    // Written by the campaign's thread, read by the one that waits for it.
    private volatile byte[] _input = [];
    private long _executions;
    private FuzzFailure? _failure;
    private int _seedEdges;

    public FuzzCampaign(FuzzTarget target, FuzzOptions options)
    {
        _target = target;
        _options = options;
        _run = new InstrumentedContext().Find(target);
        _random = new FuzzRandom(options.Seed);
        _mutator = new Mutator(target, _random);
    }

    /// <summary>Runs the campaign.</summary>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>What it did. An input that never ends is a failure too; its thread is left behind then.</returns>
    public FuzzResult Run(CancellationToken cancellationToken)
    {
        // Of its own, because a run that hangs must not hang the tests.
        Task work = Task.Factory.StartNew(
            () => Work(cancellationToken),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        while (!WaitFor(work))
        {
            byte[] input = _input;
            long executions = Interlocked.Read(ref _executions);
            if (!WaitFor(work) && executions == Interlocked.Read(ref _executions))
            {
                return ResultWith(new FuzzFailure("hang", $"A run did not end within {s_hang.TotalSeconds} s.", input));
            }
        }

        return ResultWith(_failure);
    }

    private static bool WaitFor(Task work) => work.Wait(s_hang);

    private FuzzResult ResultWith(FuzzFailure? failure)
        => new(Interlocked.Read(ref _executions), _map.EdgeCount, _seedEdges, [.. _corpus], failure);

    private void Work(CancellationToken cancellationToken)
    {
        long startedAt = Stopwatch.GetTimestamp();
        bool GoesOn() => !cancellationToken.IsCancellationRequested
            && _failure is null
            && _executions < _options.MaxExecutions
            && Stopwatch.GetElapsedTime(startedAt)
                < _options.Time + (HasDoneEnough ? TimeSpan.Zero : _options.Patience);

        Try([]);
        foreach (byte[] seed in _options.Corpus)
        {
            Try(seed);
        }

        _seedEdges = _map.EdgeCount;
        while (GoesOn())
        {
            byte[] parent = _corpus[Pick()];
            Try(_mutator.Mutate(parent, _corpus));
        }

        if (_failure is not null)
        {
            _failure = Shorten(_failure, startedAt);
        }
    }

    private bool HasDoneEnough => _executions >= _target.MinimumExecutions
        && _map.EdgeCount >= _target.MinimumEdges
        && _map.EdgeCount > _seedEdges;

    // Half of the time one of the newest: what they found is least explored.
    private int Pick()
        => _random.OneIn(2) ? _random.Below(_corpus.Count) : _corpus.Count - _random.Length(_corpus.Count);

    private void Try(byte[] input)
    {
        if (_failure is not null)
        {
            return;
        }

        _failure = Probe(input);
        if (_map.Take() || _corpus.Count == 0)
        {
            _corpus.Add(input);
        }
    }

    private FuzzFailure? Probe(byte[] input)
    {
        _input = input;
        Interlocked.Increment(ref _executions);
        return FuzzProbe.Check(_target, _run, input);
    }

    // Leaves out ever smaller pieces while the same failure remains.
    private FuzzFailure Shorten(FuzzFailure failure, long startedAt)
    {
        TimeSpan end = Stopwatch.GetElapsedTime(startedAt) + TimeSpan.FromSeconds(1);
        for (int piece = failure.Input.Length / 2; piece > 0; piece /= 2)
        {
            for (int at = 0; at < failure.Input.Length && Stopwatch.GetElapsedTime(startedAt) < end;)
            {
                byte[] input = [.. failure.Input[..at], .. failure.Input[int.Min(at + piece, failure.Input.Length)..]];
                if (Probe(input) is { } same && same.Key == failure.Key)
                {
                    failure = same;
                }
                else
                {
                    at += piece;
                }
            }
        }

        return failure;
    }
}
