// SPDX-License-Identifier: BSD-3-Clause

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using OpenAmp.Elf;
using OpenAmp.Memory;

namespace OpenAmp.Qemu;

/// <content>From the file to the board.</content>
public sealed partial record QemuBoard
{
    private const uint PageBytes = 4096;
    private const ulong MaxRamBytes = 4UL << 30;

    /// <summary>Reads a description.</summary>
    /// <param name="json">The text of a board.json, UTF-8.</param>
    /// <param name="source">What it is called in messages.</param>
    /// <returns>The board.</returns>
    /// <exception cref="QemuBoardException">It makes no sense.</exception>
    public static QemuBoard Parse(ReadOnlySpan<byte> json, string source)
    {
        BoardDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, BoardJson.Default.BoardDocument)
                ?? throw new QemuBoardException($"'{source}' describes no board: it is null.");
        }
        catch (JsonException error)
        {
            throw new QemuBoardException($"'{source}' is no description of a board: {error.Message}", error);
        }

        return new Reading(source).ToBoard(document);
    }

    /// <summary>One file that is read: knows its name, for the messages.</summary>
    private readonly record struct Reading(string Source)
    {
        public QemuBoard ToBoard(BoardDocument document)
        {
            QemuBoard board = new()
            {
                Name = Text("name", document.Name),
                Aliases = document.Aliases ?? [],
                Description = document.Description ?? "",
                Core = Text("core", document.Core),
                Machine = Word("architecture", document.Architecture, Machines),
                Image = Window("image", document.Image),
                Pool = Window("pool", document.Pool),
                FlashBytes = document.Budget?.FlashBytes ?? 0,
                RamBytes = document.Budget?.RamBytes ?? 0,
                Doorbell = Word("doorbell", document.Doorbell, Doorbells),
                Program = Text("qemu.program", document.Qemu.Program),
                Arguments = document.Qemu.Arguments,
                Ram = Window("qemu.ram", document.Qemu.Ram),
                KeepsBarriers = document.Qemu.KeepsBarriers,
                BootRom = document.Qemu.BootRom is { } rom ? BootRom(rom) : null,
                LoaderCpu = document.Qemu.Loader?.Cpu,
                PowerOn = document.Qemu.PowerOn ?? [],
                PowerOff = document.Qemu.PowerOff ?? [],
            };
            Check(board);
            return board;
        }

        private static Dictionary<string, ElfMachine> Machines
            => new() { ["arm"] = ElfMachine.Arm, ["arm64"] = ElfMachine.Arm64 };

        private static Dictionary<string, QemuDoorbell> Doorbells => new()
        {
            ["cmsdk-uart"] = QemuDoorbell.CmsdkUart,
            ["pl011"] = QemuDoorbell.Pl011,
            ["cadence-uart"] = QemuDoorbell.CadenceUart,
        };

        private void Check(QemuBoard board)
        {
            foreach ((string member, QemuWindow window) in
                new[] { ("image", board.Image), ("pool", board.Pool) })
            {
                Require(board.Ram.Contains(window), member, $"lie in the memory that is shared, {board.Ram}", window);
            }

            Require(
                board.Image.Address.Value + board.Image.LengthBytes <= board.Pool.Address.Value
                    || board.Pool.Address.Value + board.Pool.LengthBytes <= board.Image.Address.Value,
                "pool", $"not overlap the image's window {board.Image}", board.Pool);
            Require(board.Ram.LengthBytes <= MaxRamBytes, "qemu.ram", $"have at most {MaxRamBytes} bytes", board.Ram);
            Require(board.FlashBytes >= 0 && board.RamBytes >= 0, "budget", "not be negative",
                $"{board.FlashBytes} and {board.RamBytes}");
            Require(board.LoaderCpu is null or (>= 0 and < 256), "qemu.loader.cpu", "be 0 to 255", board.LoaderCpu);
            Require(
                board.Arguments.All(argument
                    => argument.Length > 0 && !argument.Contains('\0', StringComparison.Ordinal)),
                "qemu.arguments", "be texts that are not empty", "one that is");
        }

        private string Text(string member, string value)
        {
            Require(!string.IsNullOrWhiteSpace(value), member, "not be empty", "''");
            return value;
        }

        private T Word<T>(string member, string value, Dictionary<string, T> words)
        {
            Require(words.ContainsKey(value), member, $"be one of {string.Join(", ", words.Keys)}", $"'{value}'");
            return words[value];
        }

        private QemuWindow Window(string member, BoardDocument.WindowDocument window)
        {
            QemuWindow result = new(
                new DeviceAddress(Number(member + ".address", window.Address)),
                Number(member + ".bytes", window.Bytes));
            Require(
                result.LengthBytes > 0 && result.LengthBytes % PageBytes == 0 && result.Address.IsAlignedTo(PageBytes)
                    && result.Address.Value <= ulong.MaxValue - result.LengthBytes,
                member, $"be whole pages of {PageBytes} bytes", result);
            return result;
        }

        private ulong Number(string member, string text)
        {
            bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            bool isNumber = ulong.TryParse(
                isHex ? text.AsSpan(2) : text,
                isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                CultureInfo.InvariantCulture,
                out ulong number);
            Require(isNumber, member, "be a number such as \"0x21000000\"", $"'{text}'");
            return number;
        }

        private QemuBootRom BootRom(BoardDocument.WindowDocument rom)
        {
            try
            {
                byte[] content = Convert.FromHexString(rom.Bytes.Replace(" ", "", StringComparison.Ordinal));
                Require(content.Length is > 0 and <= (int)PageBytes, "qemu.bootRom.bytes", "be 1 to 4096 bytes",
                    content.Length);
                return new(new DeviceAddress(Number("qemu.bootRom.address", rom.Address)), content);
            }
            catch (FormatException error)
            {
                throw new QemuBoardException(
                    $"'{Source}': qemu.bootRom.bytes must be pairs of hexadecimal digits: {error.Message}", error);
            }
        }

        private void Require(bool holds, string member, string rule, object? found)
        {
            if (!holds)
            {
                throw new QemuBoardException($"'{Source}': {member} must {rule}; it is {found}.");
            }
        }
    }
}
