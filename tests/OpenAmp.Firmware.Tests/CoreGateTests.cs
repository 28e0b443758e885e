// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OpenAmp.Tool.Objects;
using Xunit;

namespace OpenAmp.Firmware.Tests;

/// <summary>The core, compiled for bare Arm: it needs what the lists say and no more, it is as small as they say, and
/// its memory order is in the instructions.</summary>
public sealed class CoreGateTests
{
    public static TheoryData<string> Architectures => ["arm", "arm64"];

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task TheCoreNeedsWhatTheListSaysAndNoMore(string architecture)
    {
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await CompileRootsAsync(compiler, architecture);
        Assert.Empty(ConstructSearch.Find(file, LineTable.Read(file)));
        IReadOnlyList<ObjectPiece> pieces = ObjectSplitter.Split(file, LineTable.Read(file), shortenCalls: true);
        string[] needed = [.. Reached(pieces).SelectMany(piece => piece.Section.Relocations)
            .Where(relocation => relocation.Symbol.IsUndefined)
            .Select(relocation => relocation.Symbol.Name)
            .Distinct()
            .Order(StringComparer.Ordinal)];
        Assert.True(
            needed.SequenceEqual(Expected($"core.{architecture}.undefined.txt")),
            $"Expected/core.{architecture}.undefined.txt does not say what the core needs: {string.Join(' ', needed)}");
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task TheCoreIsNoLargerThanItsBudget(string architecture)
    {
#if DEBUG
        Assert.Skip("Sizes are those of the Release build.");
#endif
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await CompileRootsAsync(compiler, architecture);
        IReadOnlyList<ObjectPiece> pieces = ObjectSplitter.Split(file, LineTable.Read(file), shortenCalls: true);
        ulong bytes = 0;
        foreach (ObjectPiece piece in Reached(pieces).Where(piece => piece.Section.IsCode))
        {
            bytes += piece.Section.SizeBytes;
        }

        ulong budget = ulong.Parse(
            Expected("core.budget.txt").Single(line => line.StartsWith(architecture + ' ', StringComparison.Ordinal))
                .Split(' ')[1],
            CultureInfo.InvariantCulture);
        Assert.True(bytes > budget / 2, $"Only {bytes} bytes of code were found: something is not reached.");
        Assert.True(bytes <= budget, $"The core has {bytes} bytes of code, Expected/core.budget.txt allows {budget}.");
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task APublishedIndexIsStoredAfterWhatItCovers(string architecture)
    {
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await CompileRootsAsync(compiler, architecture);
        Assert.True(HasReleaseStore(file, CodeOf(file, "test_publish")));
        Assert.True(HasReleaseStore(file, CodeOf(file, "DeviceQueue_1", "__Flush")));
        Assert.True(HasReleaseStore(file, CodeOf(file, "DriverQueue_1", "__Flush")));

        // The control: without the order, the check must not find it.
        Assert.False(HasReleaseStore(file, CodeOf(file, "test_plain_publish")));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task AKickIsDecidedBehindAFullFence(string architecture)
    {
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await CompileRootsAsync(compiler, architecture);
        Assert.True(HasFenceBehindRelease(file, CodeOf(file, "DeviceQueue_1", "__Flush")));
        Assert.True(HasFenceBehindRelease(file, CodeOf(file, "DriverQueue_1", "__Flush")));

        // The control: published in order, but with no fence between that and the look at the peer's wish.
        Assert.False(HasFenceBehindRelease(file, CodeOf(file, "test_publish_and_look")));
    }

    [Fact]
    public async Task CallsToFunctionsOfTheFirmwareAreShort()
    {
        using var compiler = new FirmwareCompiler();
        ObjectFile file = await CompileRootsAsync(compiler, "arm");
        IReadOnlyList<ObjectPiece> pieces = ObjectSplitter.Split(file, LineTable.Read(file), shortenCalls: true);
        int shortCalls = pieces.Sum(piece => piece.Section.Relocations.Count(
            relocation => relocation.Type == ObjectRelocation.ArmThumbCall));
        int longCalls = pieces.Where(piece => piece.Section.IsCode).Sum(
            piece => ThumbInstruction.Decode(piece.Section.Bytes).Count(item => item.CallsRegister >= 0));
        Assert.True(shortCalls > 50 && longCalls * 10 <= shortCalls, $"{shortCalls} short, {longCalls} long calls");
    }

    private static async Task<ObjectFile> CompileRootsAsync(FirmwareCompiler compiler, string architecture)
    {
        string source = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Programs", "Roots.cs"), TestContext.Current.CancellationToken);
        return await compiler.CompileAsync(source, architecture, "--root:OpenAmp.Core");
    }

    private static string[] Expected(string name)
        => [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Expected", name))
            .Where(line => line.Length > 0 && line[0] != '#')];

    // What the linker keeps: what the exported functions reach.
    private static HashSet<ObjectPiece> Reached(IReadOnlyList<ObjectPiece> pieces)
    {
        Dictionary<ObjectSection, ObjectPiece> bySection = pieces.ToDictionary(piece => piece.Section);
        var waiting = new Stack<ObjectPiece>(pieces.Where(
            piece => piece.Section.IsCode && !piece.Section.Name.Contains("Startup", StringComparison.Ordinal)));
        HashSet<ObjectPiece> reached = [];
        while (waiting.TryPop(out ObjectPiece? piece))
        {
            if (!reached.Add(piece))
            {
                continue;
            }

            foreach (ObjectRelocation relocation in piece.Section.Relocations)
            {
                if (relocation.Symbol.Section is { } section && bySection.TryGetValue(section, out ObjectPiece? next))
                {
                    waiting.Push(next);
                }
            }
        }

        return reached;
    }

    private static byte[] CodeOf(ObjectFile file, string name, string ending = "")
    {
        ObjectSymbol function = file.Symbols.First(
            symbol => symbol.IsFunction && symbol.SizeBytes > 0
                && symbol.Name.Contains(name, StringComparison.Ordinal)
                && symbol.Name.EndsWith(ending, StringComparison.Ordinal));
        return function.Section!.Bytes.AsSpan(
            (int)function.Offset(file.IsThumb), (int)function.SizeBytes).ToArray();
    }

    // arm: dmb and then strh, nothing stored between; arm64: stlrh.
    private static bool HasReleaseStore(ObjectFile file, byte[] code)
    {
        if (!file.IsThumb)
        {
            return Words(code).Any(word => (word & 0xFFFFFC00) == 0x489FFC00);
        }

        bool isOrdered = false;
        foreach (ThumbInstruction instruction in ThumbInstruction.Decode(code))
        {
            if (isOrdered && IsHalfwordStore(instruction))
            {
                return true;
            }

            isOrdered |= IsThumbFence(instruction);
        }

        return false;
    }

    // A full fence after the releasing store and before the next look at a halfword: that look is at the peer's wish.
    private static bool HasFenceBehindRelease(ObjectFile file, byte[] code)
    {
        if (!file.IsThumb)
        {
            return Words(code).SkipWhile(word => (word & 0xFFFFFC00) != 0x489FFC00)
                .TakeWhile(word => (word & 0xFFFFFC00) != 0x48DFFC00)
                .Any(word => word is 0xD5033BBF or 0xD5033FBF);
        }

        ThumbInstruction[] instructions = [.. ThumbInstruction.Decode(code)];
        int fence = Array.FindIndex(instructions, IsThumbFence);
        int store = fence < 0 ? -1 : Array.FindIndex(instructions, fence, IsHalfwordStore);
        return store >= 0
            && instructions.Skip(store).TakeWhile(instruction => !IsHalfwordLoad(instruction)).Any(IsThumbFence);
    }

    private static bool IsHalfwordStore(ThumbInstruction instruction)
        => (instruction.First & 0xF800) == 0x8000 || (instruction.First & 0xFE00) == 0x5200
            || (instruction.First & 0xFF70) == 0xF820;

    private static bool IsHalfwordLoad(ThumbInstruction instruction)
        => (instruction.First & 0xF800) == 0x8800 || (instruction.First & 0xFE00) == 0x5A00
            || (instruction.First & 0xFF70) == 0xF830;

    private static bool IsThumbFence(ThumbInstruction instruction)
        => instruction.First == 0xF3BF && instruction.Second is 0x8F5F or 0x8F5B;

    private static IEnumerable<uint> Words(byte[] code)
        => Enumerable.Range(0, code.Length / sizeof(uint))
            .Select(index => BinaryPrimitives.ReadUInt32LittleEndian(code.AsSpan(index * sizeof(uint))));
}
