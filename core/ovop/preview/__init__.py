"""The live preview of a commodity's folder: its form, findings, score sheet, guidance and card while somebody writes them."""
