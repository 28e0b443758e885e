// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Xunit;

namespace OpenAmp.Tool.Tests;

/// <summary>What is signed is verified by the right key, and by no other, and not once a byte is changed.</summary>
public sealed class FirmwareSignTests
{
    [Theory]
    [InlineData("RSA")]
    [InlineData("ECDSA")]
    public async Task SignedFirmwareIsVerifiedAndTakenOut(string kind)
    {
        using var folder = new FileFolder();
        (string key, string trusted) = Keys(folder, kind);
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        string signed = folder.At("fw.sign");
        (await ToolProcess.RunAsync(
            "firmware", "sign", elf, "--key", key, "-o", signed, "--platform-tlv", "0x10001=hex:00ff12",
            "--platform-tlv", "0x10002=board")).MustExit(0);
        JsonElement report = (await ToolProcess.RunAsync(
            "firmware", "verify", signed, "--key", trusted, "--require-whole-image", "-o", folder.At("out.elf"),
            "--json")).MustExit(0).Json();
        Assert.True(report.GetProperty("coversWholeImages").GetBoolean());
        Assert.Equal(FirmwareSamples.Elf(), folder.Read("out.elf").AsSpan(0, FirmwareSamples.Elf().Length));
        ToolResult shown = (await ToolProcess.RunAsync("firmware", "inspect", signed)).MustExit(0);
        Assert.Contains("00ff12", shown.Output, StringComparison.Ordinal);
        Assert.Contains("trace 'trace0'", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherKeyOrAChangedByteIsRefused()
    {
        using var folder = new FileFolder();
        (string key, string trusted) = Keys(folder, "ECDSA");
        (_, string other) = Keys(folder, "RSA");
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        (await ToolProcess.RunAsync("firmware", "sign", elf, "--key", key, "-o", folder.At("fw.sign"))).MustExit(0);
        ToolResult wrongKey = (await ToolProcess.RunAsync(
            "firmware", "verify", folder.At("fw.sign"), "--key", other)).MustExit(1);
        Assert.Contains("SGN", wrongKey.ErrorLine, StringComparison.Ordinal);
        byte[] changed = folder.Read("fw.sign");
        changed[^(FirmwareSamples.Elf().Length - FirmwareSamples.TextOffset - 8)] ^= 1;
        ToolResult refused = (await ToolProcess.RunAsync(
            "firmware", "verify", folder.Write("bad.sign", changed), "--key", trusted, "-o", folder.At("out.elf")))
            .MustExit(1);
        Assert.Contains("SGN", refused.ErrorLine, StringComparison.Ordinal);
        Assert.DoesNotContain("out.elf", folder.Names);
    }

    [Fact]
    public async Task SegmentsAloneAreSignedOnDemandAndRefusedByTheStrict()
    {
        using var folder = new FileFolder();
        (string key, string trusted) = Keys(folder, "RSA");
        string elf = folder.Write("fw.elf", FirmwareSamples.Elf());
        string signed = folder.At("fw.sign");
        (await ToolProcess.RunAsync("firmware", "sign", elf, "--key", key, "-o", signed, "--segments-only"))
            .MustExit(0);
        (await ToolProcess.RunAsync("firmware", "verify", signed, "--key", trusted)).MustExit(0);
        (await ToolProcess.RunAsync("firmware", "verify", signed, "--key", trusted, "--require-whole-image"))
            .MustExit(1);
    }

    private static (string Private, string Public) Keys(FileFolder folder, string kind)
    {
        using AsymmetricAlgorithm key = kind == "RSA" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (
            folder.Write(kind + "-key.pem", key.ExportPkcs8PrivateKeyPem()),
            folder.Write(kind + "-pub.pem", key.ExportSubjectPublicKeyInfoPem()));
    }
}
