// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.IO;
using System.Linq;
using System.Text;
using OpenAmp.Elf;
using OpenAmp.Memory;
using OpenAmp.Remoteproc;
using Xunit;

namespace OpenAmp.Qemu.Tests;

public sealed class QemuBoardTests
{
    private const string Valid = """
        {
          "name": "mine", "aliases": ["m"], "core": "cortex-m4", "architecture": "arm",
          "image": { "address": "0x1000", "bytes": "0x1000" }, "pool": { "address": "0x4000", "bytes": "0x4000" },
          "doorbell": "cmsdk-uart",
          "qemu": { "program": "qemu-system-arm", "arguments": ["-M", "x"],
            "ram": { "address": "0x0", "bytes": "0x10000" } }
        }
        """;

    [Fact]
    public void EveryBoardOfTheRepositoryIsBuiltIn()
    {
        string[] folders = [.. Directory.GetDirectories(Path.Combine(CRemote.Root, "firmware/boards"))
            .Where(folder => File.Exists(folder + "/board.json")).Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal)];
        Assert.Equal(folders, QemuBoard.All.Select(board => board.Name));
    }

    [Theory]
    [InlineData("mps2-an386", "mps2-an386")]
    [InlineData("M4", "mps2-an386")]
    [InlineData("cortex-a53", "virt-a53")]
    public void ABoardIsFoundByItsNameAndItsAliases(string name, string board)
        => Assert.Equal(board, QemuBoard.TryFind(name)?.Name);

    [Fact]
    public void ABoardThatIsNotThereIsAnsweredWithThoseThatAre()
    {
        Assert.Null(QemuBoard.TryFind("pdp11"));
        QemuBoardException error = Assert.Throws<QemuBoardException>(() => QemuBoard.Find("pdp11"));
        Assert.Contains("mps2-an386", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADescriptionOfOnesOwnIsRead()
    {
        string path = Path.Combine(Path.GetTempPath(), $"board-{Guid.NewGuid():n}.json");
        File.WriteAllText(path, Valid);
        try
        {
            QemuBoard board = QemuBoard.Load(path);
            Assert.Equal("mine", QemuBoard.Find(path).Name);
            Assert.Equal(new QemuWindow(new DeviceAddress(0x4000), 0x4000), board.Pool);
            Assert.Equal(ElfMachine.Arm, board.Machine);
            Assert.False(board.KeepsBarriers);
            Assert.Empty(board.PowerOn);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("\"0x10000\"", "\"0x5000\"", "pool")]
    [InlineData("\"0x4000\", \"bytes\"", "\"0x1000\", \"bytes\"", "overlap")]
    [InlineData("0x1000\", \"bytes\": \"0x1000", "0x1004\", \"bytes\": \"0x1000", "image")]
    [InlineData("cmsdk-uart", "bell", "doorbell")]
    [InlineData("\"arm\"", "\"vax\"", "architecture")]
    [InlineData("\"0x10000\"", "\"lots\"", "qemu.ram.bytes")]
    [InlineData("\"name\": \"mine\",", "", "name")]
    [InlineData("\"doorbell\"", "\"dorbell\"", "dorbell")]
    [InlineData("\"-M\", \"x\"", "\"\"", "qemu.arguments")]
    [InlineData("\"mine\"", "null", "name")]
    [InlineData("}", "", "no description")]
    public void ADescriptionThatMakesNoSenseIsRefusedWithTheReason(string from, string to, string word)
    {
        byte[] json = Encoding.UTF8.GetBytes(Valid.Replace(from, to, StringComparison.Ordinal));
        QemuBoardException error = Assert.Throws<QemuBoardException>(() => QemuBoard.Parse(json, "mine.json"));
        Assert.Contains("'mine.json'", error.Message, StringComparison.Ordinal);
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNotThereIsToldByItsName()
        => Assert.Contains("/no/board.json", Assert.Throws<QemuBoardException>(
            () => QemuBoard.Load("/no/board.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void AMissingEmulatorIsToldWithItsPackage()
        => Assert.Contains("apt-get install qemu-system-misc", Assert.Throws<RemoteProcessorException>(
            () => QemuProgram.Find("qemu-system-riscv99")).Message, StringComparison.Ordinal);
}
