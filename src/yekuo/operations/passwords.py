"""口令: what a password of a member of staff has to be, said in Chinese."""

from django.core.exceptions import ValidationError


class LongEnough:
    """口令长度: at least so many characters."""

    def __init__(self, least: int = 10) -> None:
        """This function will ask for at least `least` characters."""
        self.least = least

    def validate(self, password: str, user: object = None) -> None:
        """This function will raise ValidationError for a shorter password."""
        if len(password) < self.least:
            raise ValidationError(f"密码太短，至少 {self.least} 位", code="password_too_short")

    def get_help_text(self) -> str:
        """This function will say what is asked."""
        return f"密码至少 {self.least} 位。"
