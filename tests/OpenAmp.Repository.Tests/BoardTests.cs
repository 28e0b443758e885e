// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace OpenAmp.Repository.Tests;

/// <summary>A board's facts stand in board.json for the host, in link.ld for the linker, and in a struct for the
/// firmware: they are the same.</summary>
public sealed partial class BoardTests
{
    public static TheoryData<string> Boards
        => [.. RepositoryFiles.All
            .Where(file => file.IsUnder("firmware/boards") && Path.GetFileName(file.Path) == "board.json")
            .Select(file => Path.GetDirectoryName(file.Path)!.Replace('\\', '/'))];

    [Fact]
    public void ThereAreBoards() => Assert.True(Boards.Count >= 6);

    [Theory]
    [MemberData(nameof(Boards))]
    public void TheImageIsLinkedWhereTheHostLoadsIt(string folder)
    {
        JsonElement image = Facts(folder).GetProperty("image");
        Match region = ImageRegion().Match(Text($"{folder}/link.ld"));
        Assert.True(region.Success, $"{folder}/link.ld has no region IMAGE.");
        Assert.Equal(Number(image.GetProperty("address").GetString()!), Number(region.Groups["origin"].Value));
        ulong mebibytes = ulong.Parse(region.Groups["mebibytes"].Value, Culture);
        Assert.Equal(Number(image.GetProperty("bytes").GetString()!), mebibytes << 20);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void TheFirmwareBelievesAddressesInThePoolOnly(string folder)
    {
        JsonElement pool = Facts(folder).GetProperty("pool");
        string type = BoardType().Match(Text($"{folder}/board.props")).Groups["type"].Value;
        string source = Text($"firmware/OpenAmp.Firmware/Boards/{type}.cs");
        Dictionary<string, ulong> constants = PoolConstant().Matches(source)
            .ToDictionary(match => match.Groups["name"].Value, match => Number(match.Groups["value"].Value));
        Assert.Equal(Number(pool.GetProperty("address").GetString()!), constants["PoolStart"]);
        Assert.Equal(Number(pool.GetProperty("bytes").GetString()!), constants["PoolBytes"]);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void ThePageAboutBoardsHasIt(string folder)
        => Assert.Contains($"`{Path.GetFileName(folder)}`", Text("docs/boards.md"), StringComparison.Ordinal);

    private static CultureInfo Culture => CultureInfo.InvariantCulture;

    private static JsonElement Facts(string folder)
    {
        using var document = JsonDocument.Parse(Text($"{folder}/board.json"));
        return document.RootElement.Clone();
    }

    private static string Text(string path)
        => RepositoryFiles.Find(path)?.Text ?? throw new FileNotFoundException($"There is no file {path}.");

    private static ulong Number(string hexadecimal)
        => ulong.Parse(hexadecimal.Replace("_", "", StringComparison.Ordinal)[2..], NumberStyles.HexNumber, Culture);

    [GeneratedRegex(@"IMAGE \(rwx\) : ORIGIN = (?<origin>0x[0-9a-f]+), LENGTH = (?<mebibytes>\d+)M")]
    private static partial Regex ImageRegion();

    [GeneratedRegex("<BoardType>(?<type>[A-Za-z0-9]+)</BoardType>")]
    private static partial Regex BoardType();

    [GeneratedRegex("nuint (?<name>Pool[A-Za-z]+) => (?<value>0x[0-9a-f_]+);")]
    private static partial Regex PoolConstant();
}
