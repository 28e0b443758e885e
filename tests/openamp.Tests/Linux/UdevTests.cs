// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests.Linux;

/// <summary>The command <c>udev</c>: its files are well formed, and written nowhere unless asked.</summary>
public sealed partial class UdevTests
{
    private static readonly string[] Matches =
        ["ACTION", "SUBSYSTEM", "SUBSYSTEMS", "KERNEL", "ATTR", "ATTRS", "ENV", "TEST"];

    private static readonly string[] Assignments =
        ["GROUP", "MODE", "SYMLINK", "RUN", "ENV", "IMPORT", "GOTO", "LABEL"];

    [Fact]
    public async Task PrintsThreeFilesWithTheirPlaces()
    {
        ToolResult result = (await ToolProcess.RunAsync("udev")).MustExit(0);

        Assert.Equal(
            ["# /etc/sysusers.d/openamp.conf:", "# /etc/tmpfiles.d/openamp.conf:",
                "# /etc/udev/rules.d/60-openamp.rules:"],
            result.Output.Split('\n').Where(line => line.StartsWith("# /etc/", StringComparison.Ordinal))
                .Select(line => line[..(line.IndexOf(':', StringComparison.Ordinal) + 1)]));
        Assert.Contains("\ng openamp -\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nd /lib/firmware/openamp 2775 root openamp -\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--messages-only")]
    public async Task EveryRuleIsWellFormed(params string[] options)
    {
        var rules = Rules((await ToolProcess.RunAsync(["udev", "--print", "rules", .. options])).MustExit(0).Output);

        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.All(rule, item => Assert.Contains(
            item.Key, item.Operator is "==" or "!=" ? Matches : Assignments)));
        Assert.All(rules, rule => Assert.Contains(rule, item => item.Operator is not ("==" or "!=")));
        string[] labels = [.. rules.SelectMany(rule => rule).Where(item => item.Key == "LABEL").Select(item
            => item.Value)];
        Assert.Equal(labels, rules.SelectMany(rule => rule).Where(item => item.Key == "GOTO").Select(item
            => item.Value));
    }

    [Fact]
    public async Task GivesTheGroupEveryDeviceAndAttribute()
    {
        var rules = Rules((await ToolProcess.RunAsync("udev", "--print", "rules", "--group", "amp"))
            .MustExit(0).Output);

        foreach (string kernel in (string[])["rpmsg_ctrl[0-9]*", "rpmsg[0-9]*", "ttyRPMSG[0-9]*", "remoteproc[0-9]*"])
        {
            Assert.Contains(rules, rule => Has(rule, "KERNEL", kernel) && Has(rule, "GROUP", "amp")
                && Has(rule, "MODE", "0660"));
        }

        string[] programs = [.. rules.SelectMany(rule => rule).Where(item => item.Key == "RUN").Select(item
            => item.Value)];
        Assert.Contains("/bin/chgrp -f amp %S%p/state %S%p/firmware %S%p/recovery %S%p/coredump", programs);
        Assert.Contains("/bin/chmod -f g+w %S%p/state %S%p/firmware %S%p/recovery %S%p/coredump", programs);
        Assert.DoesNotContain(programs, program => program.Contains('$', StringComparison.Ordinal));
    }

    [Fact]
    public async Task MessagesOnlyLeavesProcessorsAlone()
    {
        ToolResult result = (await ToolProcess.RunAsync("udev", "--messages-only")).MustExit(0);

        Assert.DoesNotContain("RUN", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("tmpfiles", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Rules((await ToolProcess.RunAsync("udev", "--messages-only", "--print", "rules")).Output),
            rule => Has(rule, "KERNEL", "remoteproc[0-9]*") && rule.Any(item => item.Key == "GROUP"));
    }

    [Fact]
    public async Task WritesBelowAFolderAndAgainOverItsOwn()
    {
        using var folder = new FileFolder();
        (await ToolProcess.RunAsync("udev", "--output", folder.At("image"))).MustExit(0);

        JsonElement report = (await ToolProcess.RunAsync(
            "udev", "--output", folder.At("image"), "--group", "other", "--json")).MustExit(0).Json();

        string[] paths = [.. report.GetProperty("files").EnumerateArray().Select(file
            => file.GetProperty("path").GetString()!)];
        Assert.Equal(folder.At("image/etc/udev/rules.d/60-openamp.rules"), paths[^1]);
        Assert.All(paths, path => Assert.Contains("other", File.ReadAllText(path), StringComparison.Ordinal));
        Assert.Empty(report.GetProperty("next").EnumerateArray());
    }

    [Fact]
    public async Task LeavesForeignFilesAloneUnlessForced()
    {
        using var folder = new FileFolder();
        string rules = folder.At("etc/udev/rules.d/60-openamp.rules");
        Directory.CreateDirectory(Path.GetDirectoryName(rules)!);
        await File.WriteAllTextAsync(rules, "# mine\n", TestContext.Current.CancellationToken);

        ToolResult refused = (await ToolProcess.RunAsync("udev", "-o", folder.At(""))).MustExit(1);

        Assert.Contains("'openamp udev' did not write it", refused.ErrorLine, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("etc/sysusers.d")));
        (await ToolProcess.RunAsync("udev", "-o", folder.At(""), "--force")).MustExit(0);
    }

    [Theory]
    [InlineData("--group", "")]
    [InlineData("--group", "a b")]
    [InlineData("--group", "a\", RUN+=\"x")]
    [InlineData("--group", "Root")]
    [InlineData("--install", "--output", "/tmp")]
    [InlineData("--install", "--print", "rules")]
    [InlineData("--print", "all")]
    public async Task RefusesWhatMakesNoSense(params string[] options)
        => Assert.NotEmpty((await ToolProcess.RunAsync(["udev", .. options])).MustExit(2).ErrorLine);

    [Fact]
    public async Task UdevAndSystemdReadTheFilesWhereTheyAreInstalled()
    {
        using var folder = new FileFolder();
        (await ToolProcess.RunAsync("udev", "-o", folder.At(""), "--group", "root")).MustExit(0);
        string rules = folder.At("etc/udev/rules.d/60-openamp.rules");
        int count = 0;
        if (await ProgramRun.TryAsync("udevadm", "verify", rules) is { } verified
            && !verified.Output.Contains("Unknown command", StringComparison.Ordinal)
            && !verified.Error.Contains("Unknown command", StringComparison.Ordinal))
        {
            Assert.True(verified.ExitCode == 0, verified.ToString());
            count++;
        }

        if (await ProgramRun.TryAsync("systemd-tmpfiles", "--create", $"--root={folder.At("")}",
            "openamp.conf") is { } made)
        {
            Assert.True(made.ExitCode == 0, made.ToString());
            Assert.True(Directory.Exists(folder.At("lib/firmware/openamp")));
            count++;
        }

        Assert.SkipWhen(count == 0, "Neither udevadm verify (systemd 254) nor systemd-tmpfiles is here.");
    }

    private static bool Has(IEnumerable<RuleItem> rule, string key, string value)
        => rule.Any(item => item.Key == key && item.Value == value);

    // The grammar of udev(7): items with commas between, KEY{attribute}OPERATOR"value".
    private static IReadOnlyList<RuleItem[]> Rules(string text)
    {
        string joined = text.Replace("\\\n", "", StringComparison.Ordinal);
        return
        [
            .. joined.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line =>
            {
                Match whole = RuleLine().Match(line);
                Assert.True(whole.Success, $"This is no rule: {line}");
                return Item().Matches(line).Select(item => new RuleItem(
                    item.Groups["key"].Value, item.Groups["operator"].Value, item.Groups["value"].Value)).ToArray();
            }),
        ];
    }

    [GeneratedRegex("""(?<key>[A-Z]+)(\{[^{}"]+\})?(?<operator>==|!=|\+=|=)"(?<value>[^"]*)"  """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Item();

    [GeneratedRegex("""^[A-Z]+(\{[^{}"]+\})?(==|!=|\+=|=)"[^"]*"(,\ *[A-Z]+(\{[^{}"]+\})?(==|!=|\+=|=)"[^"]*")*$  """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex RuleLine();

    private sealed record RuleItem(string Key, string Operator, string Value);
}
