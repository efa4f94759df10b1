module org.example.consumer {
    requires org.nr4j;
}
