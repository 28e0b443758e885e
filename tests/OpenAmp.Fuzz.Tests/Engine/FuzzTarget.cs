// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using SharpFuzz;

namespace OpenAmp.Fuzz.Tests;

/// <summary>What is fuzzed: a type with a static method <c>Run(ReadOnlySpan&lt;byte&gt;)</c>, and what its run may
/// cost.</summary>
/// <param name="Name">Its name in commands and folders.</param>
/// <param name="Type">The type with the method; its remarks state what holds for every input.</param>
/// <param name="Shapes">What its inputs look like to the mutator.</param>
internal sealed record FuzzTarget(string Name, Type Type, InputShapes Shapes)
{
    public const string MethodName = "Run";

    /// <summary>Every target of the libraries.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("elf", typeof(ElfTarget), InputShapes.Elf)
        {
            AllocatedBytesPerByte = 128,
            Tokens = [".resource_table\0", ".symtab\0", ".strtab\0", ".shstrtab\0", "OpenAMP\0", "\x7f" + "ELF"],
        },
        new("firmware", typeof(FirmwareTarget), InputShapes.Elf | InputShapes.Words)
        {
            AllocatedBytesPerByte = 128,
            Tokens = [".resource_table\0", "OpenAMP\0", "\x7f" + "ELF", "vdev0buffer\0", "vdev0vring0\0"],
        },
        new("table", typeof(TableTarget), InputShapes.Words) { AllocatedBytesPerByte = 512 },
        new("document", typeof(DocumentTarget), InputShapes.Text)
        {
            // A few words ask for a table of 1 MiB, which is laid out and described several times.
            MaxInputBytes = 2048,
            AllocatedBytesPerByte = 512,
            FreeBytes = 48 << 20,
            Tokens = DocumentTarget.Tokens,
        },
        new("signed", typeof(SignedTarget), InputShapes.Elf | InputShapes.Words)
        {
            AllocatedBytesPerByte = 128,
            Tokens = ["\x68\xa4\x43\x35", "\x7f" + "ELF", ".resource_table\0"],
        },
        new("trace", typeof(TraceTarget), InputShapes.Words)
        {
            MaxInputBytes = 1024,
            AllocatedBytesPerByte = 2048,
            Tokens = ["FFTR", "\n", "\r\n", "\xef\xbb\xbf", "\xf0\x9f\x98\x80", "\x1b[0m"],
        },
    ];

    /// <summary>The longest input that is tried.</summary>
    public int MaxInputBytes { get; init; } = 4096;

    /// <summary>How many bytes a run may allocate for each byte of input, over <see cref="FreeBytes"/>.</summary>
    public int AllocatedBytesPerByte { get; init; }

    /// <summary>How many bytes a run may allocate whatever the input: names that overlap are copied for each user.
    /// </summary>
    public int FreeBytes { get; init; } = 4 << 20;

    /// <summary>How long one run may take, on a slow machine under load.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Texts, one byte a character, that inputs are made of.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>With fewer runs a campaign explored nothing: twice the seeds, so that slow machines pass.</summary>
    public int MinimumExecutions { get; init; } = 60;

    /// <summary>With fewer branches a campaign explored nothing.</summary>
    public int MinimumEdges { get; init; } = 300;

    public static FuzzTarget Find(string name)
        => All.Concat(Planted.PlantedTargets.All).FirstOrDefault(target => target.Name == name)
            ?? throw new ArgumentException(
                $"There is no target '{name}'. There are: {string.Join(", ", All.Select(target => target.Name))}.");

    /// <summary>How many bytes a run may allocate for an input.</summary>
    public long AllocationLimit(int inputBytes) => FreeBytes + ((long)AllocatedBytesPerByte * inputBytes);

    /// <summary>The target on the libraries as they are built, without counting.</summary>
    public ReadOnlySpanAction Plain()
        => Type.GetMethod(MethodName, BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<ReadOnlySpanAction>();

    /// <inheritdoc/>
    public override string ToString() => Name;
}
