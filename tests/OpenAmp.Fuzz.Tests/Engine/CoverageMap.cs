// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace OpenAmp.Fuzz.Tests;

/// <summary>Which branches the instrumented code took: since the last look, and ever.</summary>
/// <remarks>A branch that is taken more often than before counts as new too, in steps of powers of two: loops that run
/// further are found by it. The table that the code writes to is one for the process and is never freed.</remarks>
internal sealed unsafe class CoverageMap
{
    public const int SizeBytes = 1 << 16;

    private static readonly byte* s_hits = (byte*)NativeMemory.AllocZeroed(SizeBytes);

    // By name: the rewriter takes an assembly that mentions this type for one that it has rewritten.
    private static readonly Type s_trace
        = Type.GetType("SharpFuzz.Common.Trace, SharpFuzz.Common", throwOnError: true)!;

    private static readonly Action<int> s_setPrevious = SetterOf("PrevLocation");

    private readonly byte[] _seen = new byte[SizeBytes];

    public CoverageMap()
    {
        s_trace.GetField("SharedMem")!.SetValue(null, Pointer.Box(s_hits, typeof(byte*)));
        Clear();
    }

    /// <summary>Branches seen at least once.</summary>
    public int EdgeCount { get; private set; }

    /// <summary>Forgets what was taken since the last look.</summary>
    // SAFETY (of the span): the table has that many bytes and lives as long as the process.
    public static void Clear()
    {
        new Span<byte>(s_hits, SizeBytes).Clear();
        s_setPrevious(0);
    }

    /// <summary>Adds what was taken since the last look to what was ever taken.</summary>
    /// <returns>Whether anything in it is new.</returns>
    public bool Take()
    {
        bool isNew = false;
        ReadOnlySpan<ulong> words = new(s_hits, SizeBytes / sizeof(ulong));
        int at = 0;
        for (int next; (next = words[at..].IndexOfAnyExcept(0ul)) >= 0; at += next + 1)
        {
            isNew |= TakeWord((at + next) * sizeof(ulong));
        }

        Clear();
        return isNew;
    }

    private bool TakeWord(int first)
    {
        bool isNew = false;
        for (int at = first; at < first + sizeof(ulong); at++)
        {
            byte step = StepOf(s_hits[at]);
            if ((step & ~_seen[at]) != 0)
            {
                EdgeCount += _seen[at] == 0 ? 1 : 0;
                _seen[at] |= step;
                isNew = true;
            }
        }

        return isNew;
    }

    private static Action<int> SetterOf(string field)
    {
        ParameterExpression value = Expression.Parameter(typeof(int));
        BinaryExpression assignment = Expression.Assign(Expression.Field(null, s_trace, field), value);
        return Expression.Lambda<Action<int>>(Expression.Block(typeof(void), assignment), value).Compile();
    }

    // One bit for each of 1, 2, 3, 4-7, 8-15, 16-31, 32-127 and more.
    private static byte StepOf(byte count) => count switch
    {
        0 => 0,
        <= 3 => (byte)(1 << (count - 1)),
        >= 128 => 0x80,
        >= 64 => 0x40,
        _ => (byte)(1 << (1 + BitOperations.Log2(count))),
    };
}
